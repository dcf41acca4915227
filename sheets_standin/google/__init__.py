"""Google's token endpoints: access tokens for service accounts, identity tokens and their certificates."""
