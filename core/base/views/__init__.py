"""The screens of administrators, one file per subject."""
