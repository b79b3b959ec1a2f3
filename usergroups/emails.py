"""One function per kind of mail: what it says, as subject, text and HTML. Sends nothing."""
