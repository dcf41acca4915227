"""Settings of the tab `Settings`: what each is, and what its cell may hold."""
