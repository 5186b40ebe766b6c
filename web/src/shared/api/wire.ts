// Made by `npm run generate` from what `api describe` says. Not edited by hand.

export interface components {
    schemas: {
        Amendment: {
            contested?: boolean | null;
            currency?: string | null;
            date?: string | null;
            merchant?: string | null;
            total?: string | null;
        };
        BoundingBox: {
            height: number;
            left: number;
            /** @default 1 */
            page: number;
            top: number;
            width: number;
        };
        Correction_Currency: {
            at: string;
            value: string;
        };
        Correction_String: {
            at: string;
            value: string;
        };
        Corrections: {
            /** @default null */
            currency: components["schemas"]["Correction_Currency"] | null;
            /** @default null */
            date: components["schemas"]["Correction_String"] | null;
            /** @default null */
            merchant: components["schemas"]["Correction_String"] | null;
            /** @default null */
            total: components["schemas"]["Correction_String"] | null;
        };
        Currency: string;
        Detailed: components["schemas"]["State"] & {
            contentType: string;
            createdAt: string;
            history: components["schemas"]["Step"][];
            pages: number[];
            parts: components["schemas"]["SentPart"][];
        };
        Field_Currency: {
            alternatives?: string[];
            box: components["schemas"]["BoundingBox"];
            confidence: number;
            text: string;
            value: string;
        };
        Field_PaymentMethod: {
            alternatives?: ("cash" | "card")[];
            box: components["schemas"]["BoundingBox"];
            confidence: number;
            text: string;
            /** @enum {string} */
            value: "cash" | "card";
        };
        Field_String: {
            alternatives?: string[];
            box: components["schemas"]["BoundingBox"];
            confidence: number;
            text: string;
            value: string;
        };
        ImageId: string;
        ImageStatus: {
            at: string;
            detail?: string | null;
            imageId: components["schemas"]["ImageId"];
            reason?: components["schemas"]["Reason"] | null;
            status: components["schemas"]["Status"];
            version: number;
        };
        IssuedTicket: {
            expiresAt: string;
            ticket: string;
        };
        Item: {
            /** @default null */
            amount: components["schemas"]["Field_String"] | null;
            /** @default null */
            description: components["schemas"]["Field_String"] | null;
            /** @default null */
            quantity: components["schemas"]["Field_String"] | null;
            /** @default null */
            unitPrice: components["schemas"]["Field_String"] | null;
        };
        ItemSum: {
            difference?: string | null;
            is: components["schemas"]["ItemSumIs"];
            sum: string;
        };
        /** @enum {string} */
        ItemSumIs: "fits" | "missing" | "too_much";
        /** @enum {string} */
        Kind: "sale" | "refund" | "void" | "training" | "estimate" | "statement" | "other";
        List: {
            earned: components["schemas"]["Money"][];
            next?: components["schemas"]["ImageId"] | null;
            receipts: components["schemas"]["ListedReceipt"][];
        };
        ListedReceipt: {
            contentType: string;
            createdAt: string;
            detail?: string | null;
            imageId: components["schemas"]["ImageId"];
            reason?: components["schemas"]["Reason"] | null;
            status: components["schemas"]["Status"];
            summary?: components["schemas"]["Summary"] | null;
            tryAgain?: boolean | null;
            updatedAt: string;
            version: number;
        };
        Money: {
            amount: string;
            currency: components["schemas"]["Currency"];
        };
        /** @enum {string} */
        NoRebate: "not_signed_in";
        /** @enum {string} */
        Outcome: "accepted" | "rejected";
        Problem: {
            code: string;
            detail: string;
            member?: string | null;
            status: number;
            title: string;
            type: string;
        };
        /** @enum {string} */
        Reason: "waiting_for_reader" | "takes_long" | "nobody_came" | "gave_up" | "unsupported_format" | "damaged_picture" | "picture_too_large" | "picture_gone" | "too_many_pages" | "encrypted_document";
        Rebate: {
            amount: string;
            currency: components["schemas"]["Currency"];
            parts: components["schemas"]["RebatePart"][];
        };
        RebatePart: {
            amount: string;
            item?: number | null;
            name: string;
        };
        Receipt: {
            /** @default null */
            address: components["schemas"]["Field_String"] | null;
            /** @default null */
            cardLastFour: components["schemas"]["Field_String"] | null;
            /** @default null */
            currency: components["schemas"]["Field_Currency"] | null;
            /** @default null */
            date: components["schemas"]["Field_String"] | null;
            /** @default null */
            discount: components["schemas"]["Field_String"] | null;
            /** @default [] */
            items: components["schemas"]["Item"][];
            /** @default sale */
            kind: components["schemas"]["Kind"];
            /** @default null */
            kindSign: components["schemas"]["Field_String"] | null;
            /** @default null */
            merchant: components["schemas"]["Field_String"] | null;
            /** @default null */
            otherReceipt: components["schemas"]["Field_String"] | null;
            /** @default null */
            paymentMethod: components["schemas"]["Field_PaymentMethod"] | null;
            /** @default null */
            phone: components["schemas"]["Field_String"] | null;
            /** @default null */
            receiptNumber: components["schemas"]["Field_String"] | null;
            /** @default null */
            rounding: components["schemas"]["Field_String"] | null;
            /** @default [] */
            seams: components["schemas"]["Seam"][];
            /** @default null */
            service: components["schemas"]["Field_String"] | null;
            /** @default null */
            subtotal: components["schemas"]["Field_String"] | null;
            /** @default null */
            taxNumber: components["schemas"]["Field_String"] | null;
            /** @default [] */
            taxes: components["schemas"]["Tax"][];
            /** @default null */
            time: components["schemas"]["Field_String"] | null;
            /** @default null */
            tip: components["schemas"]["Field_String"] | null;
            /** @default null */
            total: components["schemas"]["Field_String"] | null;
            /** @default null */
            tradeName: components["schemas"]["Field_String"] | null;
        };
        /** @enum {string} */
        RuleCode: "unreadable" | "not_a_receipt" | "not_a_sale" | "several_receipts" | "parts_apart" | "missing_merchant" | "missing_date" | "missing_total" | "missing_items" | "missing_currency" | "total_mismatch" | "future_date" | "too_old" | "unsupported_currency" | "duplicate_image" | "duplicate_receipt" | "over_limit" | "over_address_limit" | "over_budget";
        /** @enum {string} */
        RuleOutcome: "passed" | "failed" | "not_checked";
        RuleResult: {
            box?: components["schemas"]["BoundingBox"] | null;
            code: components["schemas"]["RuleCode"];
            earlier?: components["schemas"]["ImageId"] | null;
            limit?: number | null;
            message: string;
            outcome: components["schemas"]["RuleOutcome"];
            value?: string | null;
        };
        /** @enum {string} */
        Seam: "overlapping" | "out_of_order" | "apart";
        SentPart: {
            contentType: string;
            sizeBytes: number;
        };
        State: components["schemas"]["ImageStatus"] & {
            contestedAt?: string | null;
            corrections?: components["schemas"]["Corrections"] | null;
            receipt?: components["schemas"]["Receipt"] | null;
            tryAgain?: boolean | null;
            verdict?: components["schemas"]["Verdict"] | null;
        };
        /** @enum {string} */
        Status: "uploaded" | "started" | "text_detected" | "accepted" | "rejected" | "failed";
        Step: {
            at: string;
            detail?: string | null;
            reason?: components["schemas"]["Reason"] | null;
            status: components["schemas"]["Status"];
            version: number;
        };
        Summary: {
            contested?: boolean;
            corrected?: boolean;
            currency?: string | null;
            date?: string | null;
            merchant?: string | null;
            rebate?: components["schemas"]["Money"] | null;
            total?: string | null;
        };
        Tax: {
            /** @default null */
            amount: components["schemas"]["Field_String"] | null;
            /** @default null */
            rate: components["schemas"]["Field_String"] | null;
        };
        UploadForm: {
            image: string[];
        };
        Uploaded: {
            imageId: components["schemas"]["ImageId"];
            status: components["schemas"]["Status"];
            version: number;
        };
        Verdict: {
            itemSum?: components["schemas"]["ItemSum"] | null;
            noRebate?: components["schemas"]["NoRebate"] | null;
            outcome: components["schemas"]["Outcome"];
            rebate?: components["schemas"]["Rebate"] | null;
            rules: components["schemas"]["RuleResult"][];
            summary: string;
        };
        Frame: components["schemas"]["State"];
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}

/** What the server says, by the names of its description. */
export type Wire = components["schemas"];

/** The formats of pictures that it takes. */
export type PictureType = "application/pdf" | "image/avif" | "image/gif" | "image/heic" | "image/jpeg" | "image/png" | "image/tiff" | "image/webp";

/** How large one may be. */
export const maxPictureBytes = 10485760;
