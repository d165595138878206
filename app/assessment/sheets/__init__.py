"""Score sheets (考评表): the shipped ones, and the revisions that a tree makes of its own."""
