"""The image API: its event stream, its dialect, its catalogue and the door for its pictures."""
