//! A framework in the shapes of CASE 1.1 (information model, section 6). Its JSON schema allows no key beside those that it
//! names, and what lies in a package leaves away what leads to the package.

use cairn_shared::framework::{Framework, StandardText};
use serde_json::{Value, json};
use uuid::Uuid;

/// Under which address the service stands (section 3.2 of the REST binding).
pub const BASE: &str = "/ims/case/v1p1";

/// A framework, as somebody serves it at an address.
pub struct Case<'a> {
    /// The framework.
    pub framework: &'a Framework,
    /// The address that its parts are named by.
    pub origin: &'a str,
    /// Who publishes it.
    pub publisher: &'a str,
}

/// The address of a standard as an item.
pub fn item_address(origin: &str, standard: &StandardText) -> String {
    format!("{origin}{BASE}/CFItems/{}", standard.id)
}

impl Case<'_> {
    fn address(&self, kind: &str, id: Uuid) -> String {
        format!("{}{BASE}/{kind}/{id}", self.origin)
    }

    fn link(&self, kind: &str, title: &str, id: Uuid) -> Value {
        json!({ "title": title, "identifier": id, "uri": self.address(kind, id) })
    }

    fn of_document(&self) -> Value {
        self.link("CFDocuments", &self.framework.title, self.framework.id)
    }

    /// The framework itself.
    pub fn document(&self) -> Value {
        let mut document = self.packed_document();
        document["CFPackageURI"] = self.link("CFPackages", &self.framework.title, self.framework.id);
        document
    }

    fn packed_document(&self) -> Value {
        let framework = self.framework;
        json!({
            "identifier": framework.id,
            "uri": self.address("CFDocuments", framework.id),
            "caseVersion": "1.1",
            "creator": framework.creator,
            "title": framework.title,
            "lastChangeDateTime": framework.changed_at,
            "publisher": self.publisher,
            "description": framework.source,
            "language": "en",
            "version": framework.version,
            "adoptionStatus": "Adopted",
            "notes": framework.licence,
        })
    }

    /// Everything of the framework.
    pub fn package(&self) -> Value {
        let standards = &self.framework.standards;
        json!({
            "CFDocument": self.packed_document(),
            "CFItems": standards.iter().map(|standard| self.packed_item(standard)).collect::<Vec<_>>(),
            "CFAssociations": standards.iter().map(|standard| self.packed_association(standard)).collect::<Vec<_>>(),
        })
    }

    /// A standard.
    pub fn item(&self, standard: &StandardText) -> Value {
        self.in_document(self.packed_item(standard))
    }

    fn packed_item(&self, standard: &StandardText) -> Value {
        json!({
            "identifier": standard.id,
            "uri": item_address(self.origin, standard),
            "fullStatement": standard.summary,
            "abbreviatedStatement": standard.title,
            "humanCodingScheme": standard.code.code().to_uppercase(),
            "listEnumeration": standard.code.number().to_string(),
            "CFItemType": "Standard",
            "language": "en",
            "lastChangeDateTime": self.framework.changed_at,
        })
    }

    /// A standard with what ties it to the framework.
    pub fn item_with_associations(&self, standard: &StandardText) -> Value {
        json!({ "CFItem": self.item(standard), "CFAssociations": [self.association(standard)] })
    }

    /// What ties a standard to its framework.
    pub fn association(&self, standard: &StandardText) -> Value {
        self.in_document(self.packed_association(standard))
    }

    fn packed_association(&self, standard: &StandardText) -> Value {
        let mut origin = self.link("CFItems", &standard.title, standard.id);
        let mut destination = self.of_document();
        origin["targetType"] = json!("CASE");
        destination["targetType"] = json!("CASE");
        json!({
            "identifier": standard.association_id,
            "uri": self.address("CFAssociations", standard.association_id),
            "associationType": "isChildOf",
            "sequenceNumber": standard.code.number(),
            "originNodeURI": origin,
            "destinationNodeURI": destination,
            "lastChangeDateTime": self.framework.changed_at,
        })
    }

    fn in_document(&self, mut part: Value) -> Value {
        part["CFDocumentURI"] = self.of_document();
        part
    }
}
