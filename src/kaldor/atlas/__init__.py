"""The data floor: catalogue of sources, readers of official files, the store and provenance."""
