"""The README's moving picture: the demo's page, filmed while the plug is pulled."""
