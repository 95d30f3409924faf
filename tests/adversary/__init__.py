"""An adversary who holds the log key, and whatever other key a lie needs: bundles that are wrong in one thing each.

`logs`: the statements it has signed and logged. `books`: its keys, descriptions, leaves and maps. `edits`: what it
changes in a bundle afterwards, signing the checkpoint anew where that helps. `chains`: what the contract may answer.
Two verifiers that were written apart must come to the same verdict and the same reasons for each.
"""
