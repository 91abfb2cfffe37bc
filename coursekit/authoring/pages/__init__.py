"""Pages that are made from the lessons: tables, the glossary and wrong answers."""
