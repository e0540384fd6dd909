//! The tables as diesel knows them. Written once for both databases: the names and types are those of
//! `migrations/common`, and a test reads every table on both.

#![expect(missing_docs, reason = "the columns are described where they are made, in migrations/")]

diesel::table! {
    school (id) {
        id -> Text,
        name -> Text,
        phase -> Text,
        urn -> Nullable<Text>,
        created_at -> BigInt,
        folded -> Text,
    }
}

diesel::table! {
    person (id) {
        id -> Text,
        given_name -> Text,
        family_name -> Text,
        email -> Text,
        phase -> Nullable<Text>,
        state -> Text,
        password_hash -> Nullable<Text>,
        created_at -> BigInt,
        version -> BigInt,
        folded -> Text,
    }
}

diesel::table! {
    role_grant (person_id, role) {
        person_id -> Text,
        role -> Text,
        granted_at -> BigInt,
    }
}

diesel::table! {
    membership (id) {
        id -> Text,
        person_id -> Text,
        school_id -> Text,
        since -> Text,
        until -> Nullable<Text>,
        conflict_until -> Nullable<Text>,
        leads -> Bool,
    }
}

diesel::table! {
    support (id) {
        id -> Text,
        supporter_id -> Text,
        supported_id -> Text,
        since -> Text,
        until -> Nullable<Text>,
    }
}

diesel::table! {
    placement (id) {
        id -> Text,
        mentor_id -> Text,
        initials -> Text,
        phase -> Text,
        since -> Text,
        until -> Nullable<Text>,
    }
}

diesel::table! {
    import (id) {
        id -> Text,
        name -> Text,
        made_by -> Text,
        made_at -> BigInt,
        day -> Text,
        encoding -> Text,
        uses -> Text,
        unused -> Text,
        invite -> Nullable<Bool>,
        version -> BigInt,
    }
}

diesel::table! {
    import_row (import_id, number) {
        import_id -> Text,
        number -> BigInt,
        cells -> Text,
        school_key -> Text,
        new_school -> Bool,
        state -> Text,
        deeds -> Text,
        differences -> Text,
        problems -> Text,
        adds_school -> Nullable<Text>,
        person_id -> Nullable<Text>,
        done_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    session (id) {
        id -> Text,
        person_id -> Text,
        device -> Text,
        agent -> Text,
        signed_in_at -> BigInt,
        used_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    second_step (person_id) {
        person_id -> Text,
        sealed -> Nullable<Text>,
        since -> Nullable<BigInt>,
        last_step -> BigInt,
        pending -> Nullable<Text>,
        pending_since -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_code (hash) {
        hash -> Text,
        person_id -> Text,
    }
}

diesel::table! {
    refresh_token (hash) {
        hash -> Text,
        session_id -> Text,
        issued_at -> BigInt,
        replaced_at -> Nullable<BigInt>,
        successor -> Nullable<Text>,
        first_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sign_in_link (hash) {
        hash -> Text,
        person_id -> Text,
        purpose -> Text,
        device -> Text,
        email -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    entry (id) {
        id -> Text,
        owner_id -> Text,
        title -> Nullable<Text>,
        text -> Text,
        happened_on -> Text,
        state -> Text,
        created_at -> BigInt,
        changed_at -> BigInt,
        binned_at -> Nullable<BigInt>,
        version -> BigInt,
        folded -> Text,
    }
}

diesel::table! {
    entry_version (id) {
        id -> Text,
        entry_id -> Text,
        title -> Nullable<Text>,
        text -> Text,
        made_at -> BigInt,
        reason -> Text,
    }
}

diesel::table! {
    standard_link (id) {
        id -> Text,
        entry_id -> Text,
        standard -> Text,
        guide -> Nullable<Text>,
        quote -> Nullable<Text>,
        quote_before -> Nullable<Text>,
        quote_after -> Nullable<Text>,
        quote_start -> Nullable<BigInt>,
        shows -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    evidence (id) {
        id -> Text,
        entry_id -> Text,
        kind -> Text,
        name -> Nullable<Text>,
        media_type -> Nullable<Text>,
        bytes -> Nullable<BigInt>,
        sha256 -> Nullable<Text>,
        thumbnail_sha256 -> Nullable<Text>,
        url -> Nullable<Text>,
        caption -> Nullable<Text>,
        pupils -> Text,
        created_at -> BigInt,
        removed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    candidacy (id) {
        id -> Text,
        mentor_id -> Text,
        qualification -> Text,
        state -> Text,
        secured_s1 -> Bool,
        secured_s2 -> Bool,
        secured_s3 -> Bool,
        secured_s4 -> Bool,
        submission_id -> Nullable<Text>,
        after_id -> Nullable<Text>,
        award_id -> Nullable<Text>,
        stage_shared -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    portfolio (id) {
        id -> Text,
        candidacy_id -> Text,
        title -> Text,
        form -> Text,
        changed_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    piece (portfolio_id, id) {
        portfolio_id -> Text,
        id -> Text,
        position -> BigInt,
        kind -> Text,
        title -> Nullable<Text>,
        text -> Nullable<Text>,
        entry_id -> Nullable<Text>,
    }
}

diesel::table! {
    edition (id) {
        id -> Text,
        portfolio_id -> Text,
        content -> Text,
        hash -> Text,
        words -> BigInt,
        left_out -> Text,
        sealed_at -> BigInt,
    }
}

diesel::table! {
    edition_file (edition_id, evidence_id) {
        edition_id -> Text,
        evidence_id -> Text,
        sha256 -> Text,
    }
}

diesel::table! {
    round (id) {
        id -> Text,
        name -> Text,
        submit_by -> Text,
        review_opens -> Text,
        review_by -> Text,
        meeting -> Text,
        tell_by -> Text,
        readers -> BigInt,
        chair_id -> Nullable<Text>,
        deputy_id -> Nullable<Text>,
        released_at -> Nullable<BigInt>,
        created_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    panel_member (round_id, person_id) {
        round_id -> Text,
        person_id -> Text,
    }
}

diesel::table! {
    submission (id) {
        id -> Text,
        candidacy_id -> Text,
        edition_id -> Text,
        number -> BigInt,
        round_id -> Nullable<Text>,
        form -> Text,
        after_id -> Nullable<Text>,
        quotes_agreed -> Bool,
        submitted_at -> BigInt,
        withdrawn_at -> Nullable<BigInt>,
        carried_over_at -> Nullable<BigInt>,
        carried_over_message -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    paper (submission_id) {
        submission_id -> Text,
        code -> Text,
        parts -> Text,
        hand_in -> Text,
        promised_for -> Text,
        note -> Text,
        registered_by -> Text,
        received_at -> Nullable<BigInt>,
        shelf -> Nullable<Text>,
        returned_at -> Nullable<BigInt>,
        given_to -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    declared_conflict (id) {
        id -> Text,
        person_id -> Text,
        mentor_id -> Text,
        reason -> Nullable<Text>,
        declared_by -> Text,
        declared_at -> BigInt,
        withdrawn_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    review (id) {
        id -> Text,
        submission_id -> Text,
        reviewer_id -> Text,
        draft -> Text,
        first_reading -> Nullable<Text>,
        assigned_at -> BigInt,
        opened_at -> Nullable<BigInt>,
        sent_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        nudged_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    judgement (review_id, standard) {
        review_id -> Text,
        standard -> Text,
        found -> Text,
        already_there -> Text,
        would_help -> Text,
        who_can_help -> Nullable<Text>,
    }
}

diesel::table! {
    review_comment (id) {
        id -> Text,
        review_id -> Text,
        entry_id -> Nullable<Text>,
        passage_start -> Nullable<BigInt>,
        passage_end -> Nullable<BigInt>,
        place -> Nullable<Text>,
        audience -> Text,
        text -> Text,
        original -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    decision (id) {
        id -> Text,
        submission_id -> Text,
        outcome -> Text,
        message -> Text,
        decided_by -> Text,
        decided_at -> BigInt,
        released_at -> Nullable<BigInt>,
        corrects_id -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    finding (decision_id, standard) {
        decision_id -> Text,
        standard -> Text,
        found -> Text,
        note -> Text,
    }
}

diesel::table! {
    suggestion (id) {
        id -> Text,
        decision_id -> Text,
        standard -> Text,
        position -> BigInt,
        already_there -> Text,
        would_help -> Text,
        who_can_help -> Nullable<Text>,
    }
}

diesel::table! {
    suggestion_reply (suggestion_id) {
        suggestion_id -> Text,
        text -> Text,
        changed_at -> BigInt,
    }
}

diesel::table! {
    award (id) {
        id -> Text,
        candidacy_id -> Text,
        submission_id -> Text,
        person_id -> Text,
        qualification -> Text,
        number -> Text,
        code -> Text,
        token -> Text,
        awarded_on -> Text,
        holder_given_name -> Text,
        holder_family_name -> Text,
        school_name -> Nullable<Text>,
        signed_by -> Nullable<Text>,
        status -> Text,
        issued_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        revoked_reason -> Nullable<Text>,
        signed_as -> Nullable<Text>,
    }
}

diesel::table! {
    celebration (id) {
        id -> Text,
        title -> Text,
        place -> Text,
        details -> Text,
        starts_at -> BigInt,
        ends_at -> BigInt,
        reply_by -> Text,
        places -> BigInt,
        guests_each -> BigInt,
        sequence -> BigInt,
        created_at -> BigInt,
        invited_at -> Nullable<BigInt>,
        cancelled_at -> Nullable<BigInt>,
        cancelled_why -> Nullable<Text>,
        thanked_at -> Nullable<BigInt>,
        cleared_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    celebration_round (celebration_id, round_id) {
        celebration_id -> Text,
        round_id -> Text,
    }
}

diesel::table! {
    invitation (id) {
        id -> Text,
        celebration_id -> Text,
        person_id -> Text,
        invited_as -> Text,
        school_name -> Nullable<Text>,
        sent_at -> BigInt,
        reply -> Text,
        replied_at -> Nullable<BigInt>,
        waiting_since -> Nullable<BigInt>,
        guests -> Text,
        diet -> Text,
        access -> Text,
        photos -> Bool,
        table_number -> Nullable<BigInt>,
        running_order -> Nullable<BigInt>,
        nudged_at -> Nullable<BigInt>,
        reminded_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    print_run (id) {
        id -> Text,
        round_id -> Nullable<Text>,
        celebration_id -> Nullable<Text>,
        made_by -> Text,
        begun_at -> BigInt,
        moved_at -> BigInt,
        made -> BigInt,
        total -> BigInt,
        left_out -> Text,
        document -> Nullable<Text>,
    }
}

diesel::table! {
    calendar_feed (person_id) {
        person_id -> Text,
        token_hash -> Text,
        since -> BigInt,
    }
}

diesel::table! {
    signing_key (number) {
        number -> BigInt,
        ed25519 -> Text,
        p256 -> Text,
        since -> BigInt,
    }
}

diesel::table! {
    credential (id) {
        id -> Text,
        award_id -> Text,
        key_number -> BigInt,
        status_index -> BigInt,
        json -> Text,
        jwt -> Text,
        issued_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        ended_as -> Nullable<Text>,
    }
}

diesel::table! {
    publication (award_id) {
        award_id -> Text,
        since -> BigInt,
        in_register -> Bool,
    }
}

diesel::table! {
    /// A view: pairs of a person and a mentor whose submissions that person must never know of.
    conflict_between (person_id, mentor_id) {
        person_id -> Text,
        mentor_id -> Text,
        kind -> Text,
        until_one -> Nullable<Text>,
        until_other -> Nullable<Text>,
    }
}

diesel::table! {
    mail (id) {
        id -> Text,
        to_address -> Text,
        subject -> Text,
        body -> Text,
        written_at -> BigInt,
        due_at -> BigInt,
        good_until -> Nullable<BigInt>,
        attempts -> BigInt,
        trouble -> Nullable<Text>,
        sent_at -> Nullable<BigInt>,
        given_up_at -> Nullable<BigInt>,
        calendar -> Nullable<Text>,
    }
}

diesel::table! {
    idempotent_reply (person_id, key) {
        person_id -> Text,
        key -> Text,
        request_hash -> Text,
        status -> BigInt,
        body -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    audit (id) {
        id -> Text,
        at -> BigInt,
        actor_id -> Nullable<Text>,
        action -> Text,
        object_kind -> Text,
        object_id -> Text,
        about_id -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    audit,
    award,
    calendar_feed,
    celebration,
    celebration_round,
    invitation,
    print_run,
    credential,
    publication,
    signing_key,
    candidacy,
    conflict_between,
    decision,
    declared_conflict,
    edition,
    edition_file,
    entry,
    entry_version,
    evidence,
    finding,
    idempotent_reply,
    import,
    import_row,
    judgement,
    mail,
    membership,
    panel_member,
    paper,
    person,
    piece,
    placement,
    portfolio,
    recovery_code,
    refresh_token,
    second_step,
    review,
    review_comment,
    role_grant,
    round,
    school,
    session,
    sign_in_link,
    standard_link,
    submission,
    suggestion,
    suggestion_reply,
    support,
);

diesel::joinable!(role_grant -> person (person_id));
diesel::joinable!(membership -> person (person_id));
diesel::joinable!(membership -> school (school_id));
diesel::joinable!(placement -> person (mentor_id));
diesel::joinable!(import -> person (made_by));
diesel::joinable!(import_row -> import (import_id));
diesel::joinable!(session -> person (person_id));
diesel::joinable!(second_step -> person (person_id));
diesel::joinable!(refresh_token -> session (session_id));
diesel::joinable!(sign_in_link -> person (person_id));
diesel::joinable!(entry -> person (owner_id));
diesel::joinable!(entry_version -> entry (entry_id));
diesel::joinable!(standard_link -> entry (entry_id));
diesel::joinable!(evidence -> entry (entry_id));
diesel::joinable!(candidacy -> person (mentor_id));
diesel::joinable!(portfolio -> candidacy (candidacy_id));
diesel::joinable!(piece -> portfolio (portfolio_id));
diesel::joinable!(piece -> entry (entry_id));
diesel::joinable!(edition -> portfolio (portfolio_id));
diesel::joinable!(edition_file -> edition (edition_id));
diesel::joinable!(edition_file -> evidence (evidence_id));
diesel::joinable!(panel_member -> round (round_id));
diesel::joinable!(panel_member -> person (person_id));
diesel::joinable!(submission -> candidacy (candidacy_id));
diesel::joinable!(submission -> edition (edition_id));
diesel::joinable!(submission -> round (round_id));
diesel::joinable!(paper -> submission (submission_id));
diesel::joinable!(review -> submission (submission_id));
diesel::joinable!(review -> person (reviewer_id));
diesel::joinable!(judgement -> review (review_id));
diesel::joinable!(review_comment -> review (review_id));
diesel::joinable!(decision -> submission (submission_id));
diesel::joinable!(decision -> person (decided_by));
diesel::joinable!(finding -> decision (decision_id));
diesel::joinable!(suggestion_reply -> suggestion (suggestion_id));
diesel::joinable!(award -> candidacy (candidacy_id));
diesel::joinable!(award -> submission (submission_id));
diesel::joinable!(award -> person (person_id));
diesel::joinable!(credential -> award (award_id));
diesel::joinable!(credential -> signing_key (key_number));
diesel::joinable!(publication -> award (award_id));
diesel::joinable!(celebration_round -> celebration (celebration_id));
diesel::joinable!(celebration_round -> round (round_id));
diesel::joinable!(invitation -> celebration (celebration_id));
diesel::joinable!(invitation -> person (person_id));
diesel::joinable!(calendar_feed -> person (person_id));
diesel::joinable!(print_run -> person (made_by));
