"""Load programs that print figures (压力测试): bounded, loopback only, never timed tests."""
