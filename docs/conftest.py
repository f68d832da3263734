"""What Sphinx reads, or writes, is no document with examples to test."""

collect_ignore = ["conf.py", "gallery", "generated"]
