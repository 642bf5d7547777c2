"""The directory's pages: search and one service; imports; a public search; the HSDS addresses."""
