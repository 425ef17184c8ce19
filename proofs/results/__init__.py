"""The results, one file each; `proofs.registry` finds them."""
