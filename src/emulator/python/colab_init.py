"""What code on an imitated machine finds under the name of Colab's package: the parts that speak to the client."""
