"""Speed, measured: ratios in one run, medians over rounds. Nothing here is asserted."""
