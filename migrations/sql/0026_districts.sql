-- The part of town a bin stands in, as its people call it: to look for bins by. (A vehicle's area
-- is another thing: the circle it is at home in.)
ALTER TABLE bins ADD COLUMN district text CHECK (district <> '');
