"""The workbook as a source: what officers wrote into the sheet To do, read back out of whatever became of the file."""
