"""Where the sales process of leads and opportunities meets quotes, contracts and orders."""
