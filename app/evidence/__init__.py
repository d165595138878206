"""Evidence (佐证材料): the files of records, which files are accepted, where their bytes lie."""
