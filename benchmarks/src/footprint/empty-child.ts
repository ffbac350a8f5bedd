/** Prints how many ms nothing took: what a process costs that imports an empty module. */
console.log(0);
