"""Operations below the layers: derivatives, normalisation, pictures."""
