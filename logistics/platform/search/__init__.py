"""One box for everything: which records can be found by what words, and finding them among half a million (GEN-02)."""
