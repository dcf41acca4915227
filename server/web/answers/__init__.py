"""Answers of the calls: results of the use cases as the JSON that the add-on reads.

Names are the add-on's, as in `server.web.bodies`. The OpenAPI document is made of these types.
"""
