"""Ground floor: the five grand challenges, their priorities, debates and cases, declared as data and read as types."""
