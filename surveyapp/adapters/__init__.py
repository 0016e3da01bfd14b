"""One outside thing each: QR, PDF, spreadsheets, the clock, passwords."""
