"""The commands that members and moderators type: one thin file for each group."""
