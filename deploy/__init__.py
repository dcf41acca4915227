"""What an engineer runs once: the plan of a deployment, and a trial of what is assumed of Google."""
