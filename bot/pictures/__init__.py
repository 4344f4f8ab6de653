"""How do pictures come to paper: drawn by a library that is loaded on first use, in a process of its own?"""
