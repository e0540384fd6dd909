//! `column IN (…)` for any number of values, as one statement that stays prepared.
//!
//! diesel's `eq_any` writes a placeholder for each value. Such a statement is another one for every number of values,
//! so it is parsed and planned anew each time, and SQLite takes no more than 32,766 of them.

use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Bool, Text},
    sqlite::Sqlite,
};

use super::connection::MultiBackend;

/// What [`among`] makes.
#[derive(Debug, Clone, QueryId)]
pub struct Among<E> {
    column: E,
    /// As SQLite takes them: a list in JSON.
    json: String,
    /// As PostgreSQL takes them: the text of an array.
    array: String,
}

/// Holds where the column is one of the values.
pub fn among<E: Expression>(column: E, values: impl IntoIterator<Item = String>) -> Among<E> {
    let values: Vec<String> = values.into_iter().collect();
    let quoted: Vec<String> =
        values.iter().map(|v| format!("\"{}\"", v.replace('\\', "\\\\").replace('"', "\\\""))).collect();
    let json = serde_json::Value::from(values).to_string();
    Among { column, json, array: format!("{{{}}}", quoted.join(",")) }
}

impl<E> Expression for Among<E> {
    type SqlType = Bool;
}

impl<E: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, String>(&self.json)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<E: QueryFragment<Pg>> QueryFragment<Pg> for Among<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY (CAST(");
        out.push_bind_param::<Text, String>(&self.array)?;
        out.push_sql(" AS text[]))");
        Ok(())
    }
}

impl<E> QueryFragment<MultiBackend> for Among<E>
where
    Self: QueryFragment<Sqlite> + QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}

impl<E, QS> AppearsOnTable<QS> for Among<E> where E: AppearsOnTable<QS> {}
impl<E, QS> SelectableExpression<QS> for Among<E> where E: SelectableExpression<QS> {}
impl<E, G> ValidGrouping<G> for Among<E> {
    type IsAggregate = is_aggregate::No;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::schema::person;
    use diesel::debug_query;

    #[test]
    fn it_is_the_same_statement_for_any_number_of_values() {
        let sql = |values: &[&str]| {
            let query =
                person::table.filter(among(person::id, values.iter().map(|v| (*v).to_owned()))).select(person::email);
            let of = |text: String| text.split(" -- binds").next().unwrap_or_default().to_owned();
            (of(debug_query::<Sqlite, _>(&query).to_string()), of(debug_query::<Pg, _>(&query).to_string()))
        };
        assert_eq!(sql(&[]), sql(&["a", "b", "c"]));
        let (sqlite, postgres) = sql(&["a"]);
        assert!(sqlite.ends_with(" WHERE `person`.`id` IN (SELECT value FROM json_each(?))"), "{sqlite}");
        assert!(postgres.ends_with(" WHERE \"person\".\"id\" = ANY (CAST($1 AS text[]))"), "{postgres}");
    }

    #[test]
    fn any_text_is_a_value() {
        let odd = among(person::id, ["a\"b\\c,{d}".to_owned(), String::new(), "NULL".into()]);
        assert_eq!(odd.json, r#"["a\"b\\c,{d}","","NULL"]"#);
        assert_eq!(odd.array, r#"{"a\"b\\c,{d}","","NULL"}"#);
    }
}
