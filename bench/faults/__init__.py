"""Faults on purpose (故障程序): each promise of attempts.md is broken into; each program has a twin it must catch."""
