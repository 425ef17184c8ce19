"""The theorems, one file each; `proofs.library` finds them."""
