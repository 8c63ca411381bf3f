/** A place in the runtime, found by what is there. */
export type Seam = {
	/** From `templates/runtime`. */
	file: string;
	/** The functions around it, from outside in; empty for the whole file. */
	within: string;
} & (
	| {
			/** An expression, or statements; `$name` stands for any expression. */
			find: string;
	  }
	| {
			/** A part of a text, such as SQL; white space is folded. */
			text: string;
	  }
);

/** Code in place of a seam; it may use the names and holes of it. */
export type Edit = Seam & {
	to: string;
	/** Code elsewhere in the file, with further names that `to` uses. */
	knowing?: string;
};

/** A part of a source, and what is to be in its place. */
export interface Splice {
	start: number;
	end: number;
	to: string;
}
