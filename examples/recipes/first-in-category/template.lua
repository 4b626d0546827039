-- First purchase in a category: any category that is new to the member, and one that is wanted in particular.
return { name = "first-in-category", version = "1.0.0", api = 1 }
