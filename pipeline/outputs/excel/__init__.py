"""The workbook for officers."""
