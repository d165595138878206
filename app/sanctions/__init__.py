"""Party discipline sanctions (党纪处分): always restricted."""
