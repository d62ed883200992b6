//! SQL's LIKE as a regular expression.

use super::tree::Value;

/// `%` is any run of characters, `_` one character, line breaks included, everything else itself; `\%`,
/// `\_` and `\\` are the characters. The whole string must match.
///
/// The pieces between `%` have a fixed length. So the first place where a piece is found is as good as
/// any later one, and the last piece can only be at the end: nothing has to be tried twice. Atomic
/// groups tell the server so, whose limit of steps would else be reached by long texts, which then
/// neither match nor fail. Where a single piece floats there is nothing to try again either.
///
/// `^abc` can walk an index where other patterns read on (`MongoDB` manual, `$regex`, "Index Use"). `\z`
/// because `$` also matches before a line break at the end.
pub(super) fn regex(pattern: &str, fold: bool) -> Value<'static> {
    Value::Regex { pattern: source(&pieces(pattern)), fold }
}

/// What stands between two `%`: a regular expression, and how many characters it matches.
#[derive(Default)]
struct Piece {
    source: String,
    length: usize,
}

impl Piece {
    fn push(&mut self, character: char) {
        self.length += 1;
        // A BSON regular expression is a C string.
        if character == '\0' {
            self.source.push_str("\\x00");
            return;
        }
        if r"\^$.|?*+()[]{}".contains(character) {
            self.source.push('\\');
        }
        self.source.push(character);
    }
}

fn pieces(pattern: &str) -> Vec<Piece> {
    let mut done = Vec::new();
    let mut piece = Piece::default();
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek().copied()) {
            ('\\', Some(next @ ('%' | '_' | '\\'))) => {
                characters.next();
                piece.push(next);
            }
            ('%', _) => done.push(std::mem::take(&mut piece)),
            ('_', _) => {
                piece.length += 1;
                piece.source.push('.');
            }
            _ => piece.push(character),
        }
    }
    done.push(piece);
    done
}

fn source(pieces: &[Piece]) -> String {
    let (start, rest) = match pieces {
        [] => return String::from("^\\z"),
        [only] => return format!("^{}\\z", only.source),
        [first, rest @ ..] => (&first.source, rest),
    };
    let [inner @ .., last] = rest else { return format!("^{start}\\z") };
    let inner: Vec<&str> = inner
        .iter()
        .map(|piece| piece.source.as_str())
        .filter(|source| !source.is_empty())
        .collect();
    let end = &last.source;
    if start.is_empty() && inner.len() + usize::from(!end.is_empty()) <= 1 {
        return if end.is_empty() { inner.concat() } else { format!("{end}\\z") };
    }
    let mut source = format!("^{start}");
    for piece in inner {
        source.push_str("(?>.*?");
        source.push_str(piece);
        source.push(')');
    }
    if !end.is_empty() {
        return format!("{source}(?>.{{{},}})(?<={end})\\z", last.length);
    }
    source
}
