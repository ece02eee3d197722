"""Imports from sheets: a workbook is read, its columns matched, its rows previewed, then the good ones taken.

The ground knows no domain word: an app above registers what can be imported (kinds.SheetKind). child and
headings use neither Django nor the database, because an unknown workbook is opened in a process of its own.
"""
