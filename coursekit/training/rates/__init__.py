"""What learning rates do: a small network to try them on, and studies on spectra and on eyes."""
