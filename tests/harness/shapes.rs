//! The document's schemas, closed: an answer holds what the document names, and nothing else.
//!
//! The document itself leaves its objects open, so that a client of today reads the answers of tomorrow. Here that would
//! hide a key that nobody wrote down.

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The address of the closed schemas among themselves.
const HERE: &str = "urn:cairn:shapes";
/// Where the document keeps them.
const THERE: &str = "#/components/schemas/";
/// Behind the name of a schema that is one part of a larger object.
const PART: &str = ".part";
/// How much is shown of what a difference is about.
const SHOWN: usize = 300;

/// The document's schemas, closed and compiled.
pub struct Shapes {
    registry: Registry<'static>,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Shapes {
    /// Those of a document.
    ///
    /// # Panics
    /// If they are not JSON Schema 2020-12.
    pub fn of(document: &Value) -> Self {
        let mut definitions = Map::new();
        for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
            definitions.insert(name.clone(), closed(schema));
            definitions.insert(format!("{name}{PART}"), shaped(schema, false));
        }
        let all = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": definitions});
        let registry =
            Registry::new().add(HERE, all).and_then(|r| r.prepare()).expect("the schemas refer to each other");
        Self { registry, compiled: Mutex::default() }
    }

    /// How a value differs from a schema of the document: where, and in what.
    ///
    /// # Panics
    /// If the schema is not JSON Schema 2020-12.
    pub fn differences(&self, schema: &Value, value: &Value) -> Vec<String> {
        let said = |error: jsonschema::ValidationError<'_>| {
            let at = error.instance_path().to_string();
            let what: String = error.to_string().chars().take(SHOWN).collect();
            format!("{} {what}", if at.is_empty() { "/" } else { at.as_str() })
        };
        self.compiled(schema).iter_errors(value).map(said).collect()
    }

    fn compiled(&self, schema: &Value) -> Arc<Validator> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let compile = || {
            let options = jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                .with_registry(&self.registry);
            Arc::new(options.build(&closed(schema)).unwrap_or_else(|error| panic!("{error}: {schema}")))
        };
        Arc::clone(compiled.entry(schema.to_string()).or_insert_with(compile))
    }
}

/// The schema of a whole value.
fn closed(schema: &Value) -> Value {
    shaped(schema, true)
}

/// The schema, closed if it is that of a whole value. The parts of one object can't be closed each by itself, because
/// every part sees the keys of the others; the object that they make up is.
fn shaped(schema: &Value, whole: bool) -> Value {
    let Value::Object(schema) = schema else { return schema.clone() };
    let has = |key: &str| schema.contains_key(key);
    let in_parts = has("allOf") || (has("properties") && (has("oneOf") || has("anyOf")));
    let each = |list: &Value, whole: bool| list.as_array().into_iter().flatten().map(|s| shaped(s, whole)).collect();
    let mut made = Map::new();
    for (key, value) in schema {
        let value = match key.as_str() {
            "$ref" => reference(value, whole && !in_parts),
            "allOf" => each(value, false),
            "oneOf" | "anyOf" => each(value, whole && !in_parts),
            "properties" => {
                value.as_object().into_iter().flatten().map(|(name, s)| (name.clone(), closed(s))).collect()
            }
            "items" | "additionalProperties" => closed(value),
            _ => value.clone(),
        };
        made.insert(key.clone(), value);
    }
    if whole && (in_parts || has("properties") || schema.get("type") == Some(&json!("object"))) {
        made.entry("unevaluatedProperties").or_insert(json!(false));
    }
    Value::Object(made)
}

fn reference(to: &Value, whole: bool) -> Value {
    let name = to.as_str().and_then(|to| to.strip_prefix(THERE)).expect("the document refers to its own schemas");
    json!(format!("{HERE}#/$defs/{name}{}", if whole { "" } else { PART }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes() -> (Value, Shapes) {
        let document = json!({"components": {"schemas": {
            "Name": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 5}}},
            "Tagged": {"oneOf": [
                {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["none"]}}},
                {"allOf": [
                    {"$ref": "#/components/schemas/Name"},
                    {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["named"]}}},
                ]},
            ]},
            "Holds": {"type": "object", "required": ["inner"], "properties": {
                "inner": {"$ref": "#/components/schemas/Tagged"},
                "list": {"type": "array", "items": {"$ref": "#/components/schemas/Name"}},
            }},
            "Counts": {"type": "object", "additionalProperties": {"type": "integer"}},
        }}});
        let shapes = Shapes::of(&document);
        (document, shapes)
    }

    fn fits(name: &str, value: &Value) -> bool {
        let (_, shapes) = shapes();
        shapes.differences(&json!({"$ref": format!("{THERE}{name}")}), value).is_empty()
    }

    #[test]
    fn an_object_holds_what_is_named_and_nothing_else() {
        assert!(fits("Name", &json!({"name": "Ada"})));
        assert!(!fits("Name", &json!({"name": "Ada", "more": 1})));
        assert!(!fits("Name", &json!({})));
        assert!(!fits("Name", &json!({"name": "Adelaide"})));
    }

    #[test]
    fn parts_of_one_object_are_closed_together() {
        assert!(fits("Tagged", &json!({"kind": "none"})));
        assert!(fits("Tagged", &json!({"kind": "named", "name": "Ada"})));
        assert!(!fits("Tagged", &json!({"kind": "none", "name": "Ada"})));
        assert!(!fits("Tagged", &json!({"kind": "named", "name": "Ada", "more": 1})));
    }

    #[test]
    fn what_is_inside_is_closed_as_well() {
        assert!(fits("Holds", &json!({"inner": {"kind": "none"}, "list": [{"name": "Ada"}]})));
        assert!(!fits("Holds", &json!({"inner": {"kind": "none", "more": 1}})));
        assert!(!fits("Holds", &json!({"inner": {"kind": "none"}, "list": [{"name": "Ada", "more": 1}]})));
    }

    #[test]
    fn a_map_is_a_map() {
        assert!(fits("Counts", &json!({"a": 1, "b": 2})));
        assert!(!fits("Counts", &json!({"a": "one"})));
    }

    #[test]
    fn a_difference_says_where_it_is() {
        let (_, shapes) = shapes();
        let schema = json!({"$ref": format!("{THERE}Holds")});
        let found = shapes.differences(&schema, &json!({"inner": {"kind": "none"}, "list": [{"name": 7}]}));
        assert!(found[0].starts_with("/list/0/name "), "{found:?}");
    }
}
