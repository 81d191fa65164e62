"""The bot towards Discord: its connection, its commands, and the sender of its edits."""
