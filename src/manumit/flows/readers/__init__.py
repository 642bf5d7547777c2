"""Files of banks and of researchers, read as checked rows and refused rows."""
