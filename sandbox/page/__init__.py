"""A page in the browser that shows the local Discord as a person would see Discord."""
