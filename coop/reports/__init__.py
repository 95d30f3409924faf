"""What buyers report: a label that looks wrong, goods that differ, a browser that disagrees with the server."""
