"""What is looked at in files that people hand in. Knows nothing of Django: it runs in a child process with
little time and memory, because hostile files are made to hang or swell the program that opens them.
"""
