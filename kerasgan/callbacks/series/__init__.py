"""Pictures drawn while a model trains."""
