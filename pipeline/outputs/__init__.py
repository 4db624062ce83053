"""What people open: the workbook and the dashboard."""
