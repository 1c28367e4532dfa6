def tak(x, y, z):
    """Takeuchi's function."""
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))
