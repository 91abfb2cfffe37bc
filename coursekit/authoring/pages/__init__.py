"""Pages that are made from the lessons: tables, the glossary, wrong answers and links to terms."""
