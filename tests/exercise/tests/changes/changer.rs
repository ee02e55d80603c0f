//! Changes a program in all the small ways in which a learner could have got it wrong.
//!
//! The program is parsed, and its text is changed at the place: so a change can be shown as a line that goes and a
//! line that comes. Whether the changed program compiles is left to the compiler. The words within `say!` and other
//! macros are looked at if they are expressions with commas between them.
//!
//! cargo-mutants changes whole functions and operators. What makes a program of threads wrong is often smaller: a
//! statement that comes too late, a guard that lives too long, one who is woken where all should be.

use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    BinOp, Block, Expr, Ident, Item, Pat, RangeLimits, ReturnType, Signature, Stmt, Token, Type, UnOp,
};

/// A program with one small change.
#[derive(Clone, Debug)]
pub struct Change {
    /// What was done, in a few words.
    pub kind: &'static str,
    /// Where, counted from 1.
    pub at: usize,
    /// The lines that go, without their indentation.
    pub before: Vec<String>,
    /// The lines that come.
    pub after: Vec<String>,
    /// The whole program, changed.
    pub text: String,
}

impl Change {
    /// The first line that goes.
    pub fn line(&self) -> &str {
        self.before.first().map_or("", String::as_str)
    }

    /// The first line that comes.
    pub fn becomes(&self) -> &str {
        self.after.first().map_or("", String::as_str)
    }

    /// As a diff.
    pub fn shown(&self) -> String {
        let mut text = format!("line {}: {}\n", self.at, self.kind);
        for (sign, lines) in [('-', &self.before), ('+', &self.after)] {
            for line in lines.iter().take(4) {
                text.push_str(&format!("    {sign} {line}\n"));
            }
            if lines.len() > 4 {
                text.push_str(&format!("    {sign} … and {} lines more\n", lines.len() - 4));
            }
        }
        text
    }
}

/// All small changes of a program, from its first line to its last. No two have the same text.
///
/// # Panics
///
/// If the program can't be parsed.
pub fn changes(source: &str) -> Vec<Change> {
    let file = syn::parse_file(source).unwrap_or_else(|error| panic!("the program can't be parsed: {error}"));
    let mut changer = Changer { source, statements: BTreeSet::new(), found: Vec::new() };
    changer.visit_file(&file);
    let mut found = changer.found;
    found.sort_by_key(|change| change.at);
    let mut texts = BTreeSet::from([source.to_owned()]);
    found.retain(|change| texts.insert(change.text.clone()));
    found
}

/// Where the function of this name is, its lines counted from 1, and its text.
///
/// # Panics
///
/// If the program can't be parsed.
pub fn function(source: &str, name: &str) -> Option<(RangeInclusive<usize>, String)> {
    let file = syn::parse_file(source).unwrap_or_else(|error| panic!("the program can't be parsed: {error}"));
    let found =
        file.items.iter().find(|item| matches!(item, Item::Fn(function) if function.sig.ident == name))?;
    let (first, last) = (found.span().start().line, found.span().end().line);
    let text: Vec<_> = source.lines().skip(first - 1).take(last + 1 - first).collect();
    Some((first..=last, text.join("\n")))
}

/// Calls that have an opposite, or one that is nearly the same.
const CALLS: [(&str, &str); 17] = [
    ("all", "any"),
    ("compare_exchange", "compare_exchange_weak"),
    ("fetch_add", "fetch_sub"),
    ("fetch_and", "fetch_or"),
    ("fetch_max", "fetch_min"),
    ("filter", "skip_while"),
    ("first", "last"),
    ("is_err", "is_ok"),
    ("is_none", "is_some"),
    ("kill", "wait"),
    ("max", "min"),
    ("notify_all", "notify_one"),
    ("pop_back", "pop_front"),
    ("push_back", "push_front"),
    ("recv", "try_recv"),
    ("send", "try_send"),
    ("take", "skip"),
];

/// Calls whose argument, or the last of several, is a bound.
const BOUNDED: [&str; 8] = ["bounded", "chunks", "nth", "skip", "step_by", "sync_channel", "take", "windows"];

/// Calls without which nothing compiles.
const NEEDED: [&str; 12] = [
    "as_ref",
    "clone",
    "collect",
    "expect",
    "into",
    "into_iter",
    "iter",
    "join",
    "lock",
    "to_owned",
    "to_string",
    "unwrap",
];

struct Changer<'a> {
    source: &'a str,
    /// Where expressions are that stand as statements.
    statements: BTreeSet<(usize, usize)>,
    found: Vec<Change>,
}

impl Changer<'_> {
    /// Notes the change that puts `new` in place of what is at `place`.
    fn put(&mut self, kind: &'static str, place: Range<usize>, new: &str) {
        let source = self.source;
        let text = format!("{}{new}{}", &source[..place.start], &source[place.end..]);
        let start = source[..place.start].rfind('\n').map_or(0, |at| at + 1);
        let end = source[place.end..].find('\n').map_or(source.len(), |at| place.end + at);
        let mut before: Vec<_> = source[start..end].lines().collect();
        let mut after: Vec<_> = text[start..end + text.len() - source.len()].lines().collect();
        let same = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
        before.drain(..same);
        after.drain(..same);
        while before.last().is_some_and(|line| after.last() == Some(line)) && before.len() > 1 {
            before.pop();
            after.pop();
        }
        let at = source[..start].lines().count() + same + 1;
        let tidy = |lines: Vec<&str>| -> Vec<String> {
            let lines = lines.into_iter().map(|line| line.trim().to_owned());
            lines.filter(|line| !line.is_empty()).collect()
        };
        let (before, after) = (tidy(before), tidy(after));
        self.found.push(Change { kind, at, before, after, text });
    }

    fn text(&self, of: &impl Spanned) -> &str {
        &self.source[place(of)]
    }

    /// Puts `new` in place of `old`.
    fn instead(&mut self, kind: &'static str, old: &impl Spanned, new: &str) {
        self.put(kind, place(old), new);
    }

    /// One more and one less, of an expression that is a bound.
    fn moved_bound(&mut self, bound: &Expr) {
        if !matches!(bound, Expr::Lit(_)) {
            let text = self.text(bound).to_owned();
            self.instead("one more", bound, &format!("({text}) + 1"));
            self.instead("one less", bound, &format!("({text}) - 1"));
        }
    }

    /// Ends a loop after its first round.
    fn once(&mut self, body: &Block) {
        if let Some(last) = body.stmts.last() {
            let end = place(last).end;
            let ends = self.source[..end].ends_with([';', '}']);
            self.put("loop run once", end..end, if ends { " break;" } else { "; break;" });
        }
    }

    fn statements(&mut self, block: &Block) {
        for (at, statement) in block.stmts.iter().enumerate() {
            if matches!(statement, Stmt::Item(_)) {
                continue;
            }
            if let Stmt::Expr(expression, _) = statement {
                let place = place(expression);
                self.statements.insert((place.start, place.end));
            }
            let here = place(statement);
            self.put("statement left out", here.clone(), "");
            // A variable that is returned takes no time.
            let last = matches!(&block.stmts[at + 1..], [] | [Stmt::Expr(Expr::Path(_), None)]);
            if let Some(next) = block.stmts.get(at + 1)
                && is_whole(next)
                && is_whole(statement)
            {
                let there = place(next);
                let between = &self.source[here.end..there.start];
                let (this, next) = (&self.source[here.clone()], &self.source[there.clone()]);
                let exchanged = format!("{next}{between}{this}");
                self.put("two statements exchanged", here.start..there.end, &exchanged);
            }
            if !last && let Some(place) = lock_of(statement) {
                let guard = &self.source[place.clone()];
                let before = &self.source[here.start..place.start];
                let after = &self.source[place.end..here.end];
                let kept = format!("let mut kept = {guard}; {before}kept{after}");
                self.put("guard kept to the end of the block", here.clone(), &kept);
            }
            if let Stmt::Local(local) = statement
                && let Pat::Ident(name) = &local.pat
                && let Some(init) = &local.init
                && (name.ident.to_string().starts_with('_') || is_guard(&init.expr))
            {
                self.put("guard dropped at once", here.end..here.end, &format!(" drop({});", name.ident));
                self.not_kept(&name.ident, &init.expr, here.clone(), &block.stmts[at + 1..]);
            }
            if let Stmt::Expr(Expr::Block(inner), _) = statement
                && inner.label.is_none()
            {
                let inside = self.inside(&inner.block).to_owned();
                self.put("scope widened", here, inside.trim());
            }
        }
    }

    /// Locks again for each use of a guard, in place of the `let` that keeps it.
    fn not_kept(&mut self, guard: &Ident, lock: &Expr, declared: Range<usize>, rest: &[Stmt]) {
        let mut uses = Uses { of: guard, found: Vec::new() };
        rest.iter().for_each(|statement| uses.visit_stmt(statement));
        let Some(last) = uses.found.last() else { return };
        let whole = declared.start..last.end;
        let lock = self.text(lock).to_owned();
        let mut text = self.source[whole.clone()].to_owned();
        for place in uses.found.iter().rev() {
            text.replace_range(place.start - whole.start..place.end - whole.start, &lock);
        }
        text.replace_range(..declared.end - declared.start, "");
        self.put("guard not kept", whole, text.trim_start());
    }

    /// What stands between a block's braces.
    fn inside(&self, block: &Block) -> &str {
        let text = self.text(block);
        &text[1..text.len() - 1]
    }

    fn function(&mut self, signature: &Signature, body: &Block) {
        if body.stmts.is_empty() || signature.ident == "main" {
            return;
        }
        let bodies: &[&str] = match &signature.output {
            ReturnType::Default => &["{}"],
            ReturnType::Type(_, of) => match &**of {
                Type::Reference(_) => &[],
                Type::Path(path) => match path.path.segments.last().map(|last| last.ident.to_string()) {
                    Some(name) if name == "bool" => &["{ true }", "{ false }"],
                    Some(name) if name == "Result" => &["{ Ok(Default::default()) }"],
                    _ => &["{ Default::default() }"],
                },
                _ => &["{ Default::default() }"],
            },
        };
        for new in bodies {
            self.instead("body left out", body, new);
        }
    }
}

impl<'ast> Visit<'ast> for Changer<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_block(&mut self, block: &'ast Block) {
        self.statements(block);
        visit::visit_block(self, block);
    }

    fn visit_expr_if(&mut self, item: &'ast syn::ExprIf) {
        let is_let = has_let(&item.cond);
        match &item.else_branch {
            None => self.instead("if made while", &item.if_token, "while"),
            Some((token, branch)) => {
                self.put("else left out", place(token).start..place(branch).end, "");
            }
        }
        if !is_let {
            self.instead("condition left out", &item.cond, "true");
            self.turned(&item.cond);
        }
        visit::visit_expr_if(self, item);
    }

    fn visit_expr_while(&mut self, item: &'ast syn::ExprWhile) {
        self.instead("while made if", &item.while_token, "if");
        self.once(&item.body);
        if !has_let(&item.cond) {
            self.turned(&item.cond);
        }
        visit::visit_expr_while(self, item);
    }

    fn visit_expr_loop(&mut self, item: &'ast syn::ExprLoop) {
        self.once(&item.body);
        visit::visit_expr_loop(self, item);
    }

    fn visit_expr_for_loop(&mut self, item: &'ast syn::ExprForLoop) {
        self.once(&item.body);
        visit::visit_expr_for_loop(self, item);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let end = arm.comma.as_ref().map_or(place(&arm.body).end, |comma| place(comma).end);
        self.put("arm left out", place(&arm.pat).start..end, "");
        visit::visit_arm(self, arm);
    }

    fn visit_pat_guard(&mut self, guarded: &'ast syn::PatGuard) {
        let pattern = place(&guarded.pat);
        self.put("condition left out", pattern.end..place(guarded).end, "");
        visit::visit_pat_guard(self, guarded);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let name = call.method.to_string();
        for (one, other) in CALLS {
            if name == one {
                self.instead("call turned", &call.method, other);
            } else if name == other {
                self.instead("call turned", &call.method, one);
            }
        }
        let whole = place(call);
        let receiver = place(&call.receiver);
        let is_statement = self.statements.contains(&(whole.start, whole.end));
        if !NEEDED.contains(&name.as_str()) && !is_statement {
            self.put("call left out", receiver.end..whole.end, "");
        }
        if ["iter", "into_iter", "iter_mut", "drain", "lines", "chunks"].contains(&name.as_str()) {
            self.put("loop run once", whole.end..whole.end, ".take(1)");
        }
        if let Expr::Paren(range) = &*call.receiver
            && matches!(*range.expr, Expr::Range(_))
        {
            self.put("loop run once", receiver.end..receiver.end, ".take(1)");
        }
        if name.starts_with("spawn")
            && is_statement
            && let [work] = call.args.iter().collect::<Vec<_>>()[..]
        {
            let work = self.text(work).to_owned();
            self.put("done without a thread", whole, &format!("({work})()"));
        }
        if BOUNDED.contains(&name.as_str())
            && let Some(bound) = call.args.last()
        {
            self.moved_bound(bound);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func
            && let Some(last) = path.path.segments.last()
            && let Some(bound) = call.args.last()
            && BOUNDED.iter().any(|name| last.ident == name)
        {
            self.moved_bound(bound);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_binary(&mut self, item: &'ast syn::ExprBinary) {
        let (kind, others): (_, &[&str]) = match item.op {
            BinOp::And(_) => ("`&&` and `||`", &["||"]),
            BinOp::Or(_) => ("`&&` and `||`", &["&&"]),
            BinOp::Lt(_) => ("comparison turned", &["<=", ">", ">="]),
            BinOp::Le(_) => ("comparison turned", &["<", ">", ">="]),
            BinOp::Gt(_) => ("comparison turned", &[">=", "<", "<="]),
            BinOp::Ge(_) => ("comparison turned", &[">", "<", "<="]),
            BinOp::Eq(_) => ("comparison turned", &["!="]),
            BinOp::Ne(_) => ("comparison turned", &["=="]),
            BinOp::Add(_) => ("sum turned", &["-"]),
            BinOp::Sub(_) => ("sum turned", &["+"]),
            BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_) => ("sum turned", &["+"]),
            BinOp::AddAssign(_) => ("sum turned", &["-=", "="]),
            BinOp::SubAssign(_) => ("sum turned", &["+=", "="]),
            _ => ("", &[]),
        };
        for other in others {
            self.instead(kind, &item.op, other);
        }
        if matches!(item.op, BinOp::Eq(_) | BinOp::Ne(_)) {
            // A bound is often reached by steps of one, so it is asked for by `==`.
            self.moved_bound(&item.right);
        }
        visit::visit_expr_binary(self, item);
    }

    fn visit_expr_unary(&mut self, item: &'ast syn::ExprUnary) {
        match item.op {
            UnOp::Not(_) => self.instead("`!` left out", &item.op, ""),
            UnOp::Neg(_) => self.instead("`-` left out", &item.op, ""),
            _ => {}
        }
        visit::visit_expr_unary(self, item);
    }

    fn visit_lit_int(&mut self, number: &'ast syn::LitInt) {
        let Ok(value) = number.base10_parse::<u64>() else { return };
        self.instead("one more", number, &format!("{}{}", value.saturating_add(1), number.suffix()));
        if value > 0 {
            self.instead("one less", number, &format!("{}{}", value - 1, number.suffix()));
        }
    }

    fn visit_lit_bool(&mut self, truth: &'ast syn::LitBool) {
        self.instead("truth turned", truth, if truth.value { "false" } else { "true" });
    }

    fn visit_expr_range(&mut self, range: &'ast syn::ExprRange) {
        if let Some(end) = &range.end
            && !matches!(**end, Expr::Lit(_))
        {
            let text = self.text(end).to_owned();
            match &range.limits {
                RangeLimits::HalfOpen(token) => {
                    self.instead("one more", token, "..=");
                    self.instead("one less", end, &format!("({text}) - 1"));
                }
                RangeLimits::Closed(token) => {
                    self.instead("one less", token, "..");
                    self.instead("one more", end, &format!("({text}) + 1"));
                }
            }
        }
        visit::visit_expr_range(self, range);
    }

    fn visit_expr_try(&mut self, item: &'ast syn::ExprTry) {
        self.instead("`?` left out", &item.question_token, "");
        visit::visit_expr_try(self, item);
    }

    fn visit_expr_return(&mut self, item: &'ast syn::ExprReturn) {
        if let Some(value) = &item.expr {
            self.put("`return` left out", place(item).start..place(value).start, "");
        }
        visit::visit_expr_return(self, item);
    }

    fn visit_expr_break(&mut self, item: &'ast syn::ExprBreak) {
        if item.expr.is_none() {
            self.instead("`break` and `continue`", &item.break_token, "continue");
        }
        visit::visit_expr_break(self, item);
    }

    fn visit_expr_continue(&mut self, item: &'ast syn::ExprContinue) {
        self.instead("`break` and `continue`", &item.continue_token, "break");
        visit::visit_expr_continue(self, item);
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        let weaker: &[&str] = match path.path.segments.last().map(|last| last.ident.to_string()).as_deref() {
            Some("SeqCst") => &["AcqRel", "Acquire", "Release", "Relaxed"],
            Some("AcqRel") => &["Acquire", "Release", "Relaxed"],
            Some("Acquire" | "Release") => &["Relaxed"],
            _ => &[],
        };
        for order in weaker {
            self.instead("order weakened", path, &format!("std::sync::atomic::Ordering::{order}"));
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        if let Ok(arguments) = item.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            for argument in &arguments {
                self.visit_expr(argument);
            }
        }
    }
}

impl Changer<'_> {
    /// A condition that is no comparison, and has no `!` to leave out.
    fn turned(&mut self, condition: &Expr) {
        if !matches!(condition, Expr::Binary(_) | Expr::Unary(_)) {
            let text = self.text(condition).to_owned();
            self.instead("condition turned", condition, &format!("!{text}"));
        }
    }
}

/// Where it is in the text, in bytes.
fn place(of: &impl Spanned) -> Range<usize> {
    of.span().byte_range()
}

/// Whether it can be followed by another statement.
fn is_whole(statement: &Stmt) -> bool {
    match statement {
        Stmt::Local(_) => true,
        Stmt::Expr(_, Some(_)) => true,
        Stmt::Expr(expression, None) => matches!(
            expression,
            Expr::If(_) | Expr::While(_) | Expr::ForLoop(_) | Expr::Loop(_) | Expr::Match(_) | Expr::Block(_)
        ),
        Stmt::Macro(item) => item.semi_token.is_some(),
        Stmt::Item(_) => false,
    }
}

fn has_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(both) => has_let(&both.left) || has_let(&both.right),
        _ => false,
    }
}

/// Finds the uses of a variable.
struct Uses<'a> {
    of: &'a Ident,
    found: Vec<Range<usize>>,
}

impl<'ast> Visit<'ast> for Uses<'_> {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if path.path.is_ident(self.of) {
            self.found.push(place(path));
        }
    }
}

/// Finds calls of `lock`, `read` and `write` without an argument, outside of inner blocks and closures.
#[derive(Default)]
struct Locks {
    found: Option<Range<usize>>,
}

impl<'ast> Visit<'ast> for Locks {
    fn visit_block(&mut self, _: &'ast Block) {}

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let is_lock = |call: &syn::ExprMethodCall| {
            call.args.is_empty() && ["lock", "read", "write"].iter().any(|name| call.method == name)
        };
        let opened = ["expect", "unwrap"].iter().any(|name| call.method == name);
        let inner = match &*call.receiver {
            Expr::MethodCall(inner) if opened => is_lock(inner),
            _ => false,
        };
        // The mutex of std gives its guard in a result; parking_lot's gives it as it is.
        if self.found.is_none() && (inner || is_lock(call)) {
            self.found = Some(place(call));
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// Whether a lock is taken and nothing else is done with it: `?` may follow.
fn is_guard(expression: &Expr) -> bool {
    let guard = match expression {
        Expr::Try(item) => &*item.expr,
        guard => guard,
    };
    let mut locks = Locks::default();
    locks.visit_expr(expression);
    locks.found.is_some_and(|lock| lock == place(guard))
}

/// The lock that a statement takes and lets go of at its end.
fn lock_of(statement: &Stmt) -> Option<Range<usize>> {
    let mut locks = Locks::default();
    match statement {
        // What is looked at by these is another matter: its guard lives for their whole block.
        Stmt::Expr(Expr::If(_) | Expr::While(_) | Expr::ForLoop(_) | Expr::Loop(_) | Expr::Match(_), _) => {}
        Stmt::Item(_) => {}
        // A guard that has a name is kept already.
        Stmt::Local(local) if local.init.as_ref().is_some_and(|init| is_guard(&init.expr)) => {}
        _ => locks.visit_stmt(statement),
    }
    locks.found
}

/// What has to hold of the changes, by name.
pub const TESTS: [(&str, fn()); 5] = [
    ("a_change_is_one_place", || {
        let kinds = [
            ("while a { b(); }", "while made if", "if a { b(); }"),
            ("while let Some(a) = b() { c(); }", "while made if", "if let Some(a) = b() { c(); }"),
            ("if a { b(); }", "if made while", "while a { b(); }"),
            ("while a.is_empty() { b(); }", "condition turned", "while !a.is_empty() { b(); }"),
            ("for a in b { c(); }", "loop run once", "for a in b { c(); break; }"),
            ("loop { c() }", "loop run once", "loop { c(); break; }"),
            ("loop { match a { _ => b } }", "loop run once", "loop { match a { _ => b } break; }"),
            ("a.iter().for_each(b);", "loop run once", "a.iter().take(1).for_each(b);"),
            ("a.notify_all();", "call turned", "a.notify_one();"),
            ("a.notify_one();", "call turned", "a.notify_all();"),
            ("if a.len() == 7 {}", "one more", "if a.len() == 8 {}"),
            ("if a.len() == 7u8 {}", "one less", "if a.len() == 6u8 {}"),
            ("for a in 0..b {}", "one more", "for a in 0..=b {}"),
            ("for a in 0..=b {}", "one less", "for a in 0..b {}"),
            ("a(bounded(b));", "one more", "a(bounded((b) + 1));"),
            ("let a = b < c;", "comparison turned", "let a = b <= c;"),
            ("let a = b != c;", "comparison turned", "let a = b == c;"),
            ("let a = b && c;", "`&&` and `||`", "let a = b || c;"),
            ("let a = !b;", "`!` left out", "let a = b;"),
            ("a()?;", "`?` left out", "a();"),
            ("match a { _ => return b }", "`return` left out", "match a { _ => b }"),
            ("a(); b(); c()", "two statements exchanged", "b(); a(); c()"),
            ("a(); drop(b); c();", "two statements exchanged", "a(); c(); drop(b);"),
            ("a(); b();", "statement left out", " b();"),
            ("let _a = b(); c();", "guard dropped at once", "let _a = b(); drop(_a); c();"),
            ("let a = b.lock(); c(&a, *a);", "guard not kept", "c(&b.lock(), *b.lock());"),
            (
                "*a.lock() += 1; b();",
                "guard kept to the end of the block",
                "let mut kept = a.lock(); *kept += 1; b();",
            ),
            ("{ let _a = b(); } c();", "scope widened", "let _a = b(); c();"),
            ("a.spawn(|| b());", "done without a thread", "(|| b())();"),
            ("if a { b() } else { c() }", "else left out", "if a { b() } "),
            ("say!(\"{}\", a < b);", "comparison turned", "say!(\"{}\", a > b);"),
        ];
        for (before, kind, after) in kinds {
            let found = changes(&format!("fn f() {{ {before} }}\n"));
            let of_kind: Vec<_> = found.iter().filter(|change| change.kind == kind).collect();
            let after = format!("fn f() {{ {after} }}\n");
            assert!(of_kind.iter().any(|change| change.text == after), "{kind} of {before:?}: {of_kind:#?}");
        }
    }),
    ("a_change_is_shown_by_its_lines", || {
        let source = "// üö\nfn f() {\n    a();\n    while b {\n        c();\n        d();\n    }\n}\n";
        let all = changes(source);
        let of = |kind: &str, line: &str| {
            let mut found = all.iter().filter(|change| change.kind == kind && change.line() == line);
            found.next().unwrap_or_else(|| panic!("no {kind} of {line}: {all:#?}"))
        };
        let lines = |change: &Change| (change.at, change.before.join("/"), change.after.join("/"));
        let given = |at, before: &str, after: &str| (at, before.to_owned(), after.to_owned());
        assert_eq!(lines(of("while made if", "while b {")), given(4, "while b {", "if b {"));
        assert_eq!(lines(of("loop run once", "d();")), given(6, "d();", "d(); break;"));
        assert_eq!(lines(of("statement left out", "while b {")), given(4, "while b {/c();/d();/}", ""));
        assert_eq!(lines(of("two statements exchanged", "c();")), given(5, "c();/d();", "d();/c();"));
        assert_eq!(
            of("while made if", "while b {").shown(),
            "line 4: while made if\n    - while b {\n    + if b {\n"
        );
    }),
    ("no_two_changes_are_the_same", || {
        let source = "fn f() { if a < 1 && b < 1 { c(0..1); } }\n";
        let texts: Vec<_> = changes(source).into_iter().map(|change| change.text).collect();
        let different: BTreeSet<_> = texts.iter().collect();
        assert_eq!(different.len(), texts.len());
        assert!(!different.contains(&source.to_owned()));
    }),
    ("what_is_no_guard_is_not_dropped", || {
        let all = changes("fn f() { let job = jobs.lock().next(); g(job); }");
        assert!(all.iter().all(|change| change.kind != "guard dropped at once"), "{all:#?}");
    }),
    ("a_guard_that_is_kept_or_the_last_is_left_alone", || {
        for kept in [
            "let a = b.lock(); c(a);",
            "c(); *b.lock() += 1;",
            "*b.lock() += 1; c",
            "while let Some(a) = b.lock().pop() { c(); } d();",
        ] {
            let all = changes(&format!("fn f() {{ {kept} }}"));
            assert!(all.iter().all(|change| !change.kind.starts_with("guard kept")), "{kept}: {all:#?}");
        }
    }),
];
