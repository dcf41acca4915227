"""Google's services as scripts call them: methods bear Google's names, arguments come checked."""
