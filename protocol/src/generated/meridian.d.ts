import * as $protobuf from "protobufjs";
import Long = require("long");

/** Namespace meridian. */
export namespace meridian {

    /** MediaKind enum. */
    enum MediaKind {

        /** MEDIA_KIND_UNSPECIFIED value */
        MEDIA_KIND_UNSPECIFIED = 0,

        /** MEDIA_KIND_AUDIO value */
        MEDIA_KIND_AUDIO = 1,

        /** MEDIA_KIND_VIDEO value */
        MEDIA_KIND_VIDEO = 2
    }

    /** TrackSource enum. */
    enum TrackSource {

        /** TRACK_SOURCE_UNSPECIFIED value */
        TRACK_SOURCE_UNSPECIFIED = 0,

        /** TRACK_SOURCE_CAMERA value */
        TRACK_SOURCE_CAMERA = 1,

        /** TRACK_SOURCE_MICROPHONE value */
        TRACK_SOURCE_MICROPHONE = 2,

        /** TRACK_SOURCE_SCREEN_SHARE value */
        TRACK_SOURCE_SCREEN_SHARE = 3,

        /** TRACK_SOURCE_SCREEN_SHARE_AUDIO value */
        TRACK_SOURCE_SCREEN_SHARE_AUDIO = 4
    }

    /** LayerKind enum. */
    enum LayerKind {

        /** LAYER_KIND_UNSPECIFIED value */
        LAYER_KIND_UNSPECIFIED = 0,

        /** LAYER_KIND_SIMPLE value */
        LAYER_KIND_SIMPLE = 1,

        /** LAYER_KIND_SIMULCAST value */
        LAYER_KIND_SIMULCAST = 2,

        /** LAYER_KIND_SVC value */
        LAYER_KIND_SVC = 3
    }

    /** Quality enum. */
    enum Quality {

        /** QUALITY_UNKNOWN value */
        QUALITY_UNKNOWN = 0,

        /** QUALITY_LOST value */
        QUALITY_LOST = 1,

        /** QUALITY_POOR value */
        QUALITY_POOR = 2,

        /** QUALITY_GOOD value */
        QUALITY_GOOD = 3,

        /** QUALITY_EXCELLENT value */
        QUALITY_EXCELLENT = 4
    }

    /**
     * Properties of a CodecParameter.
     * @deprecated Use meridian.CodecParameter.$Properties instead.
     */
    interface ICodecParameter extends meridian.CodecParameter.$Properties {
    }

    /** Represents a CodecParameter. */
    class CodecParameter {

        /**
         * Constructs a new CodecParameter.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.CodecParameter.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** CodecParameter key. */
        key: string;

        /** CodecParameter number. */
        number?: (number|null);

        /** CodecParameter text. */
        text?: (string|null);

        /** CodecParameter value. */
        value?: ("number"|"text");

        /**
         * Creates a new CodecParameter instance using the specified properties.
         * @param [properties] Properties to set
         * @returns CodecParameter instance
         */
        static create(properties: meridian.CodecParameter.$Shape): meridian.CodecParameter & meridian.CodecParameter.$Shape;
        static create(properties?: meridian.CodecParameter.$Properties): meridian.CodecParameter;

        /**
         * Encodes the specified CodecParameter message. Does not implicitly {@link meridian.CodecParameter.verify|verify} messages.
         * @param message CodecParameter message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.CodecParameter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a CodecParameter message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.CodecParameter & meridian.CodecParameter.$Shape} CodecParameter
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.CodecParameter & meridian.CodecParameter.$Shape;

        /**
         * Gets the type url for CodecParameter
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace CodecParameter {

        /** Properties of a CodecParameter. */
        interface $Properties {

            /** CodecParameter key */
            key?: (string|null);

            /** CodecParameter number */
            number?: (number|null);

            /** CodecParameter text */
            text?: (string|null);

            /** CodecParameter value */
            value?: ("number"|"text");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a CodecParameter. */
        type $Shape = {
          key?: string|null;
          number?: number|null;
          text?: string|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ value?: undefined; number?: null; text?: null }|{ value?: "number"; number: number; text?: null }|{ value?: "text"; number?: null; text: string })
        );
    }

    /**
     * Properties of a RtcpFeedback.
     * @deprecated Use meridian.RtcpFeedback.$Properties instead.
     */
    interface IRtcpFeedback extends meridian.RtcpFeedback.$Properties {
    }

    /** Represents a RtcpFeedback. */
    class RtcpFeedback {

        /**
         * Constructs a new RtcpFeedback.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RtcpFeedback.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RtcpFeedback type. */
        type: string;

        /** RtcpFeedback parameter. */
        parameter: string;

        /**
         * Creates a new RtcpFeedback instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RtcpFeedback instance
         */
        static create(properties: meridian.RtcpFeedback.$Shape): meridian.RtcpFeedback & meridian.RtcpFeedback.$Shape;
        static create(properties?: meridian.RtcpFeedback.$Properties): meridian.RtcpFeedback;

        /**
         * Encodes the specified RtcpFeedback message. Does not implicitly {@link meridian.RtcpFeedback.verify|verify} messages.
         * @param message RtcpFeedback message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RtcpFeedback.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RtcpFeedback message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RtcpFeedback & meridian.RtcpFeedback.$Shape} RtcpFeedback
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RtcpFeedback & meridian.RtcpFeedback.$Shape;

        /**
         * Gets the type url for RtcpFeedback
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RtcpFeedback {

        /** Properties of a RtcpFeedback. */
        interface $Properties {

            /** RtcpFeedback type */
            type?: (string|null);

            /** RtcpFeedback parameter */
            parameter?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RtcpFeedback. */
        type $Shape = meridian.RtcpFeedback.$Properties;
    }

    /**
     * Properties of a RtpCodec.
     * @deprecated Use meridian.RtpCodec.$Properties instead.
     */
    interface IRtpCodec extends meridian.RtpCodec.$Properties {
    }

    /** Represents a RtpCodec. */
    class RtpCodec {

        /**
         * Constructs a new RtpCodec.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RtpCodec.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RtpCodec mimeType. */
        mimeType: string;

        /** RtpCodec payloadType. */
        payloadType: number;

        /** RtpCodec clockRate. */
        clockRate: number;

        /** RtpCodec channels. */
        channels: number;

        /** RtpCodec parameters. */
        parameters: meridian.CodecParameter.$Properties[];

        /** RtpCodec rtcpFeedback. */
        rtcpFeedback: meridian.RtcpFeedback.$Properties[];

        /**
         * Creates a new RtpCodec instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RtpCodec instance
         */
        static create(properties: meridian.RtpCodec.$Shape): meridian.RtpCodec & meridian.RtpCodec.$Shape;
        static create(properties?: meridian.RtpCodec.$Properties): meridian.RtpCodec;

        /**
         * Encodes the specified RtpCodec message. Does not implicitly {@link meridian.RtpCodec.verify|verify} messages.
         * @param message RtpCodec message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RtpCodec.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RtpCodec message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RtpCodec & meridian.RtpCodec.$Shape} RtpCodec
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RtpCodec & meridian.RtpCodec.$Shape;

        /**
         * Gets the type url for RtpCodec
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RtpCodec {

        /** Properties of a RtpCodec. */
        interface $Properties {

            /** RtpCodec mimeType */
            mimeType?: (string|null);

            /** RtpCodec payloadType */
            payloadType?: (number|null);

            /** RtpCodec clockRate */
            clockRate?: (number|null);

            /** RtpCodec channels */
            channels?: (number|null);

            /** RtpCodec parameters */
            parameters?: (meridian.CodecParameter.$Properties[]|null);

            /** RtpCodec rtcpFeedback */
            rtcpFeedback?: (meridian.RtcpFeedback.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RtpCodec. */
        type $Shape = {
          mimeType?: string|null;
          payloadType?: number|null;
          clockRate?: number|null;
          channels?: number|null;
          parameters?: meridian.CodecParameter.$Shape[]|null;
          rtcpFeedback?: meridian.RtcpFeedback.$Shape[]|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a RtpCodecCapability.
     * @deprecated Use meridian.RtpCodecCapability.$Properties instead.
     */
    interface IRtpCodecCapability extends meridian.RtpCodecCapability.$Properties {
    }

    /** Represents a RtpCodecCapability. */
    class RtpCodecCapability {

        /**
         * Constructs a new RtpCodecCapability.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RtpCodecCapability.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RtpCodecCapability kind. */
        kind: meridian.MediaKind;

        /** RtpCodecCapability mimeType. */
        mimeType: string;

        /** RtpCodecCapability preferredPayloadType. */
        preferredPayloadType: number;

        /** RtpCodecCapability clockRate. */
        clockRate: number;

        /** RtpCodecCapability channels. */
        channels: number;

        /** RtpCodecCapability parameters. */
        parameters: meridian.CodecParameter.$Properties[];

        /** RtpCodecCapability rtcpFeedback. */
        rtcpFeedback: meridian.RtcpFeedback.$Properties[];

        /**
         * Creates a new RtpCodecCapability instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RtpCodecCapability instance
         */
        static create(properties: meridian.RtpCodecCapability.$Shape): meridian.RtpCodecCapability & meridian.RtpCodecCapability.$Shape;
        static create(properties?: meridian.RtpCodecCapability.$Properties): meridian.RtpCodecCapability;

        /**
         * Encodes the specified RtpCodecCapability message. Does not implicitly {@link meridian.RtpCodecCapability.verify|verify} messages.
         * @param message RtpCodecCapability message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RtpCodecCapability.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RtpCodecCapability message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RtpCodecCapability & meridian.RtpCodecCapability.$Shape} RtpCodecCapability
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RtpCodecCapability & meridian.RtpCodecCapability.$Shape;

        /**
         * Gets the type url for RtpCodecCapability
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RtpCodecCapability {

        /** Properties of a RtpCodecCapability. */
        interface $Properties {

            /** RtpCodecCapability kind */
            kind?: (meridian.MediaKind|null);

            /** RtpCodecCapability mimeType */
            mimeType?: (string|null);

            /** RtpCodecCapability preferredPayloadType */
            preferredPayloadType?: (number|null);

            /** RtpCodecCapability clockRate */
            clockRate?: (number|null);

            /** RtpCodecCapability channels */
            channels?: (number|null);

            /** RtpCodecCapability parameters */
            parameters?: (meridian.CodecParameter.$Properties[]|null);

            /** RtpCodecCapability rtcpFeedback */
            rtcpFeedback?: (meridian.RtcpFeedback.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RtpCodecCapability. */
        type $Shape = {
          kind?: meridian.MediaKind|null;
          mimeType?: string|null;
          preferredPayloadType?: number|null;
          clockRate?: number|null;
          channels?: number|null;
          parameters?: meridian.CodecParameter.$Shape[]|null;
          rtcpFeedback?: meridian.RtcpFeedback.$Shape[]|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a RtpHeaderExtension.
     * @deprecated Use meridian.RtpHeaderExtension.$Properties instead.
     */
    interface IRtpHeaderExtension extends meridian.RtpHeaderExtension.$Properties {
    }

    /** Represents a RtpHeaderExtension. */
    class RtpHeaderExtension {

        /**
         * Constructs a new RtpHeaderExtension.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RtpHeaderExtension.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RtpHeaderExtension uri. */
        uri: string;

        /** RtpHeaderExtension id. */
        id: number;

        /** RtpHeaderExtension encrypt. */
        encrypt: boolean;

        /**
         * Creates a new RtpHeaderExtension instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RtpHeaderExtension instance
         */
        static create(properties: meridian.RtpHeaderExtension.$Shape): meridian.RtpHeaderExtension & meridian.RtpHeaderExtension.$Shape;
        static create(properties?: meridian.RtpHeaderExtension.$Properties): meridian.RtpHeaderExtension;

        /**
         * Encodes the specified RtpHeaderExtension message. Does not implicitly {@link meridian.RtpHeaderExtension.verify|verify} messages.
         * @param message RtpHeaderExtension message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RtpHeaderExtension.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RtpHeaderExtension message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RtpHeaderExtension & meridian.RtpHeaderExtension.$Shape} RtpHeaderExtension
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RtpHeaderExtension & meridian.RtpHeaderExtension.$Shape;

        /**
         * Gets the type url for RtpHeaderExtension
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RtpHeaderExtension {

        /** Properties of a RtpHeaderExtension. */
        interface $Properties {

            /** RtpHeaderExtension uri */
            uri?: (string|null);

            /** RtpHeaderExtension id */
            id?: (number|null);

            /** RtpHeaderExtension encrypt */
            encrypt?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RtpHeaderExtension. */
        type $Shape = meridian.RtpHeaderExtension.$Properties;
    }

    /**
     * Properties of a RtpHeaderExtensionCapability.
     * @deprecated Use meridian.RtpHeaderExtensionCapability.$Properties instead.
     */
    interface IRtpHeaderExtensionCapability extends meridian.RtpHeaderExtensionCapability.$Properties {
    }

    /** Represents a RtpHeaderExtensionCapability. */
    class RtpHeaderExtensionCapability {

        /**
         * Constructs a new RtpHeaderExtensionCapability.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RtpHeaderExtensionCapability.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RtpHeaderExtensionCapability kind. */
        kind: meridian.MediaKind;

        /** RtpHeaderExtensionCapability uri. */
        uri: string;

        /** RtpHeaderExtensionCapability preferredId. */
        preferredId: number;

        /** RtpHeaderExtensionCapability preferredEncrypt. */
        preferredEncrypt: boolean;

        /** RtpHeaderExtensionCapability direction. */
        direction: string;

        /**
         * Creates a new RtpHeaderExtensionCapability instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RtpHeaderExtensionCapability instance
         */
        static create(properties: meridian.RtpHeaderExtensionCapability.$Shape): meridian.RtpHeaderExtensionCapability & meridian.RtpHeaderExtensionCapability.$Shape;
        static create(properties?: meridian.RtpHeaderExtensionCapability.$Properties): meridian.RtpHeaderExtensionCapability;

        /**
         * Encodes the specified RtpHeaderExtensionCapability message. Does not implicitly {@link meridian.RtpHeaderExtensionCapability.verify|verify} messages.
         * @param message RtpHeaderExtensionCapability message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RtpHeaderExtensionCapability.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RtpHeaderExtensionCapability message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RtpHeaderExtensionCapability & meridian.RtpHeaderExtensionCapability.$Shape} RtpHeaderExtensionCapability
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RtpHeaderExtensionCapability & meridian.RtpHeaderExtensionCapability.$Shape;

        /**
         * Gets the type url for RtpHeaderExtensionCapability
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RtpHeaderExtensionCapability {

        /** Properties of a RtpHeaderExtensionCapability. */
        interface $Properties {

            /** RtpHeaderExtensionCapability kind */
            kind?: (meridian.MediaKind|null);

            /** RtpHeaderExtensionCapability uri */
            uri?: (string|null);

            /** RtpHeaderExtensionCapability preferredId */
            preferredId?: (number|null);

            /** RtpHeaderExtensionCapability preferredEncrypt */
            preferredEncrypt?: (boolean|null);

            /** RtpHeaderExtensionCapability direction */
            direction?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RtpHeaderExtensionCapability. */
        type $Shape = meridian.RtpHeaderExtensionCapability.$Properties;
    }

    /**
     * Properties of a RtpEncoding.
     * @deprecated Use meridian.RtpEncoding.$Properties instead.
     */
    interface IRtpEncoding extends meridian.RtpEncoding.$Properties {
    }

    /** Represents a RtpEncoding. */
    class RtpEncoding {

        /**
         * Constructs a new RtpEncoding.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RtpEncoding.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RtpEncoding ssrc. */
        ssrc?: (number|null);

        /** RtpEncoding rid. */
        rid: string;

        /** RtpEncoding codecPayloadType. */
        codecPayloadType?: (number|null);

        /** RtpEncoding rtxSsrc. */
        rtxSsrc?: (number|null);

        /** RtpEncoding dtx. */
        dtx?: (boolean|null);

        /** RtpEncoding scalabilityMode. */
        scalabilityMode: string;

        /** RtpEncoding scaleResolutionDownBy. */
        scaleResolutionDownBy?: (number|null);

        /** RtpEncoding maxBitrateBps. */
        maxBitrateBps?: (number|null);

        /**
         * Creates a new RtpEncoding instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RtpEncoding instance
         */
        static create(properties: meridian.RtpEncoding.$Shape): meridian.RtpEncoding & meridian.RtpEncoding.$Shape;
        static create(properties?: meridian.RtpEncoding.$Properties): meridian.RtpEncoding;

        /**
         * Encodes the specified RtpEncoding message. Does not implicitly {@link meridian.RtpEncoding.verify|verify} messages.
         * @param message RtpEncoding message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RtpEncoding.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RtpEncoding message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RtpEncoding & meridian.RtpEncoding.$Shape} RtpEncoding
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RtpEncoding & meridian.RtpEncoding.$Shape;

        /**
         * Gets the type url for RtpEncoding
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RtpEncoding {

        /** Properties of a RtpEncoding. */
        interface $Properties {

            /** RtpEncoding ssrc */
            ssrc?: (number|null);

            /** RtpEncoding rid */
            rid?: (string|null);

            /** RtpEncoding codecPayloadType */
            codecPayloadType?: (number|null);

            /** RtpEncoding rtxSsrc */
            rtxSsrc?: (number|null);

            /** RtpEncoding dtx */
            dtx?: (boolean|null);

            /** RtpEncoding scalabilityMode */
            scalabilityMode?: (string|null);

            /** RtpEncoding scaleResolutionDownBy */
            scaleResolutionDownBy?: (number|null);

            /** RtpEncoding maxBitrateBps */
            maxBitrateBps?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RtpEncoding. */
        type $Shape = meridian.RtpEncoding.$Properties;
    }

    /**
     * Properties of a RtpParameters.
     * @deprecated Use meridian.RtpParameters.$Properties instead.
     */
    interface IRtpParameters extends meridian.RtpParameters.$Properties {
    }

    /** Represents a RtpParameters. */
    class RtpParameters {

        /**
         * Constructs a new RtpParameters.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RtpParameters.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RtpParameters mid. */
        mid: string;

        /** RtpParameters codecs. */
        codecs: meridian.RtpCodec.$Properties[];

        /** RtpParameters headerExtensions. */
        headerExtensions: meridian.RtpHeaderExtension.$Properties[];

        /** RtpParameters encodings. */
        encodings: meridian.RtpEncoding.$Properties[];

        /** RtpParameters cname. */
        cname: string;

        /** RtpParameters reducedSizeRtcp. */
        reducedSizeRtcp: boolean;

        /** RtpParameters msid. */
        msid: string;

        /**
         * Creates a new RtpParameters instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RtpParameters instance
         */
        static create(properties: meridian.RtpParameters.$Shape): meridian.RtpParameters & meridian.RtpParameters.$Shape;
        static create(properties?: meridian.RtpParameters.$Properties): meridian.RtpParameters;

        /**
         * Encodes the specified RtpParameters message. Does not implicitly {@link meridian.RtpParameters.verify|verify} messages.
         * @param message RtpParameters message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RtpParameters.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RtpParameters message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RtpParameters & meridian.RtpParameters.$Shape} RtpParameters
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RtpParameters & meridian.RtpParameters.$Shape;

        /**
         * Gets the type url for RtpParameters
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RtpParameters {

        /** Properties of a RtpParameters. */
        interface $Properties {

            /** RtpParameters mid */
            mid?: (string|null);

            /** RtpParameters codecs */
            codecs?: (meridian.RtpCodec.$Properties[]|null);

            /** RtpParameters headerExtensions */
            headerExtensions?: (meridian.RtpHeaderExtension.$Properties[]|null);

            /** RtpParameters encodings */
            encodings?: (meridian.RtpEncoding.$Properties[]|null);

            /** RtpParameters cname */
            cname?: (string|null);

            /** RtpParameters reducedSizeRtcp */
            reducedSizeRtcp?: (boolean|null);

            /** RtpParameters msid */
            msid?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RtpParameters. */
        type $Shape = {
          mid?: string|null;
          codecs?: meridian.RtpCodec.$Shape[]|null;
          headerExtensions?: meridian.RtpHeaderExtension.$Shape[]|null;
          encodings?: meridian.RtpEncoding.$Shape[]|null;
          cname?: string|null;
          reducedSizeRtcp?: boolean|null;
          msid?: string|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a RtpCapabilities.
     * @deprecated Use meridian.RtpCapabilities.$Properties instead.
     */
    interface IRtpCapabilities extends meridian.RtpCapabilities.$Properties {
    }

    /** Represents a RtpCapabilities. */
    class RtpCapabilities {

        /**
         * Constructs a new RtpCapabilities.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RtpCapabilities.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RtpCapabilities codecs. */
        codecs: meridian.RtpCodecCapability.$Properties[];

        /** RtpCapabilities headerExtensions. */
        headerExtensions: meridian.RtpHeaderExtensionCapability.$Properties[];

        /**
         * Creates a new RtpCapabilities instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RtpCapabilities instance
         */
        static create(properties: meridian.RtpCapabilities.$Shape): meridian.RtpCapabilities & meridian.RtpCapabilities.$Shape;
        static create(properties?: meridian.RtpCapabilities.$Properties): meridian.RtpCapabilities;

        /**
         * Encodes the specified RtpCapabilities message. Does not implicitly {@link meridian.RtpCapabilities.verify|verify} messages.
         * @param message RtpCapabilities message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RtpCapabilities.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RtpCapabilities message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RtpCapabilities & meridian.RtpCapabilities.$Shape} RtpCapabilities
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RtpCapabilities & meridian.RtpCapabilities.$Shape;

        /**
         * Gets the type url for RtpCapabilities
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RtpCapabilities {

        /** Properties of a RtpCapabilities. */
        interface $Properties {

            /** RtpCapabilities codecs */
            codecs?: (meridian.RtpCodecCapability.$Properties[]|null);

            /** RtpCapabilities headerExtensions */
            headerExtensions?: (meridian.RtpHeaderExtensionCapability.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RtpCapabilities. */
        type $Shape = {
          codecs?: meridian.RtpCodecCapability.$Shape[]|null;
          headerExtensions?: meridian.RtpHeaderExtensionCapability.$Shape[]|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a DtlsFingerprint.
     * @deprecated Use meridian.DtlsFingerprint.$Properties instead.
     */
    interface IDtlsFingerprint extends meridian.DtlsFingerprint.$Properties {
    }

    /** Represents a DtlsFingerprint. */
    class DtlsFingerprint {

        /**
         * Constructs a new DtlsFingerprint.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.DtlsFingerprint.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DtlsFingerprint algorithm. */
        algorithm: string;

        /** DtlsFingerprint value. */
        value: string;

        /**
         * Creates a new DtlsFingerprint instance using the specified properties.
         * @param [properties] Properties to set
         * @returns DtlsFingerprint instance
         */
        static create(properties: meridian.DtlsFingerprint.$Shape): meridian.DtlsFingerprint & meridian.DtlsFingerprint.$Shape;
        static create(properties?: meridian.DtlsFingerprint.$Properties): meridian.DtlsFingerprint;

        /**
         * Encodes the specified DtlsFingerprint message. Does not implicitly {@link meridian.DtlsFingerprint.verify|verify} messages.
         * @param message DtlsFingerprint message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.DtlsFingerprint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DtlsFingerprint message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.DtlsFingerprint & meridian.DtlsFingerprint.$Shape} DtlsFingerprint
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.DtlsFingerprint & meridian.DtlsFingerprint.$Shape;

        /**
         * Gets the type url for DtlsFingerprint
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace DtlsFingerprint {

        /** Properties of a DtlsFingerprint. */
        interface $Properties {

            /** DtlsFingerprint algorithm */
            algorithm?: (string|null);

            /** DtlsFingerprint value */
            value?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DtlsFingerprint. */
        type $Shape = meridian.DtlsFingerprint.$Properties;
    }

    /**
     * Properties of a DtlsParameters.
     * @deprecated Use meridian.DtlsParameters.$Properties instead.
     */
    interface IDtlsParameters extends meridian.DtlsParameters.$Properties {
    }

    /** Represents a DtlsParameters. */
    class DtlsParameters {

        /**
         * Constructs a new DtlsParameters.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.DtlsParameters.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DtlsParameters role. */
        role: string;

        /** DtlsParameters fingerprints. */
        fingerprints: meridian.DtlsFingerprint.$Properties[];

        /**
         * Creates a new DtlsParameters instance using the specified properties.
         * @param [properties] Properties to set
         * @returns DtlsParameters instance
         */
        static create(properties: meridian.DtlsParameters.$Shape): meridian.DtlsParameters & meridian.DtlsParameters.$Shape;
        static create(properties?: meridian.DtlsParameters.$Properties): meridian.DtlsParameters;

        /**
         * Encodes the specified DtlsParameters message. Does not implicitly {@link meridian.DtlsParameters.verify|verify} messages.
         * @param message DtlsParameters message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.DtlsParameters.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DtlsParameters message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.DtlsParameters & meridian.DtlsParameters.$Shape} DtlsParameters
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.DtlsParameters & meridian.DtlsParameters.$Shape;

        /**
         * Gets the type url for DtlsParameters
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace DtlsParameters {

        /** Properties of a DtlsParameters. */
        interface $Properties {

            /** DtlsParameters role */
            role?: (string|null);

            /** DtlsParameters fingerprints */
            fingerprints?: (meridian.DtlsFingerprint.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DtlsParameters. */
        type $Shape = meridian.DtlsParameters.$Properties;
    }

    /**
     * Properties of an IceParameters.
     * @deprecated Use meridian.IceParameters.$Properties instead.
     */
    interface IIceParameters extends meridian.IceParameters.$Properties {
    }

    /** Represents an IceParameters. */
    class IceParameters {

        /**
         * Constructs a new IceParameters.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.IceParameters.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IceParameters usernameFragment. */
        usernameFragment: string;

        /** IceParameters password. */
        password: string;

        /** IceParameters iceLite. */
        iceLite: boolean;

        /**
         * Creates a new IceParameters instance using the specified properties.
         * @param [properties] Properties to set
         * @returns IceParameters instance
         */
        static create(properties: meridian.IceParameters.$Shape): meridian.IceParameters & meridian.IceParameters.$Shape;
        static create(properties?: meridian.IceParameters.$Properties): meridian.IceParameters;

        /**
         * Encodes the specified IceParameters message. Does not implicitly {@link meridian.IceParameters.verify|verify} messages.
         * @param message IceParameters message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.IceParameters.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IceParameters message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.IceParameters & meridian.IceParameters.$Shape} IceParameters
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.IceParameters & meridian.IceParameters.$Shape;

        /**
         * Gets the type url for IceParameters
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace IceParameters {

        /** Properties of an IceParameters. */
        interface $Properties {

            /** IceParameters usernameFragment */
            usernameFragment?: (string|null);

            /** IceParameters password */
            password?: (string|null);

            /** IceParameters iceLite */
            iceLite?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IceParameters. */
        type $Shape = meridian.IceParameters.$Properties;
    }

    /**
     * Properties of an IceCandidate.
     * @deprecated Use meridian.IceCandidate.$Properties instead.
     */
    interface IIceCandidate extends meridian.IceCandidate.$Properties {
    }

    /** Represents an IceCandidate. */
    class IceCandidate {

        /**
         * Constructs a new IceCandidate.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.IceCandidate.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IceCandidate foundation. */
        foundation: string;

        /** IceCandidate priority. */
        priority: number;

        /** IceCandidate address. */
        address: string;

        /** IceCandidate protocol. */
        protocol: string;

        /** IceCandidate port. */
        port: number;

        /** IceCandidate type. */
        type: string;

        /** IceCandidate tcpType. */
        tcpType: string;

        /**
         * Creates a new IceCandidate instance using the specified properties.
         * @param [properties] Properties to set
         * @returns IceCandidate instance
         */
        static create(properties: meridian.IceCandidate.$Shape): meridian.IceCandidate & meridian.IceCandidate.$Shape;
        static create(properties?: meridian.IceCandidate.$Properties): meridian.IceCandidate;

        /**
         * Encodes the specified IceCandidate message. Does not implicitly {@link meridian.IceCandidate.verify|verify} messages.
         * @param message IceCandidate message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.IceCandidate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IceCandidate message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.IceCandidate & meridian.IceCandidate.$Shape} IceCandidate
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.IceCandidate & meridian.IceCandidate.$Shape;

        /**
         * Gets the type url for IceCandidate
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace IceCandidate {

        /** Properties of an IceCandidate. */
        interface $Properties {

            /** IceCandidate foundation */
            foundation?: (string|null);

            /** IceCandidate priority */
            priority?: (number|null);

            /** IceCandidate address */
            address?: (string|null);

            /** IceCandidate protocol */
            protocol?: (string|null);

            /** IceCandidate port */
            port?: (number|null);

            /** IceCandidate type */
            type?: (string|null);

            /** IceCandidate tcpType */
            tcpType?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IceCandidate. */
        type $Shape = meridian.IceCandidate.$Properties;
    }

    /**
     * Properties of an Endpoint.
     * @deprecated Use meridian.Endpoint.$Properties instead.
     */
    interface IEndpoint extends meridian.Endpoint.$Properties {
    }

    /** Represents an Endpoint. */
    class Endpoint {

        /**
         * Constructs a new Endpoint.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Endpoint.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Endpoint webrtc. */
        webrtc?: (meridian.WebRtcEndpoint.$Properties|null);

        /** Endpoint plain. */
        plain?: (meridian.PlainEndpoint.$Properties|null);

        /** Endpoint kind. */
        kind?: ("webrtc"|"plain");

        /**
         * Creates a new Endpoint instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Endpoint instance
         */
        static create(properties: meridian.Endpoint.$Shape): meridian.Endpoint & meridian.Endpoint.$Shape;
        static create(properties?: meridian.Endpoint.$Properties): meridian.Endpoint;

        /**
         * Encodes the specified Endpoint message. Does not implicitly {@link meridian.Endpoint.verify|verify} messages.
         * @param message Endpoint message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Endpoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Endpoint message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Endpoint & meridian.Endpoint.$Shape} Endpoint
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Endpoint & meridian.Endpoint.$Shape;

        /**
         * Gets the type url for Endpoint
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Endpoint {

        /** Properties of an Endpoint. */
        interface $Properties {

            /** Endpoint webrtc */
            webrtc?: (meridian.WebRtcEndpoint.$Properties|null);

            /** Endpoint plain */
            plain?: (meridian.PlainEndpoint.$Properties|null);

            /** Endpoint kind */
            kind?: ("webrtc"|"plain");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of an Endpoint. */
        type $Shape = {
          webrtc?: meridian.WebRtcEndpoint.$Shape|null;
          plain?: meridian.PlainEndpoint.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ kind?: undefined; webrtc?: null; plain?: null }|{ kind?: "webrtc"; webrtc: meridian.WebRtcEndpoint.$Shape; plain?: null }|{ kind?: "plain"; webrtc?: null; plain: meridian.PlainEndpoint.$Shape })
        );
    }

    /**
     * Properties of a WebRtcEndpoint.
     * @deprecated Use meridian.WebRtcEndpoint.$Properties instead.
     */
    interface IWebRtcEndpoint extends meridian.WebRtcEndpoint.$Properties {
    }

    /** Represents a WebRtcEndpoint. */
    class WebRtcEndpoint {

        /**
         * Constructs a new WebRtcEndpoint.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.WebRtcEndpoint.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** WebRtcEndpoint fingerprint. */
        fingerprint?: (meridian.DtlsFingerprint.$Properties|null);

        /**
         * Creates a new WebRtcEndpoint instance using the specified properties.
         * @param [properties] Properties to set
         * @returns WebRtcEndpoint instance
         */
        static create(properties: meridian.WebRtcEndpoint.$Shape): meridian.WebRtcEndpoint & meridian.WebRtcEndpoint.$Shape;
        static create(properties?: meridian.WebRtcEndpoint.$Properties): meridian.WebRtcEndpoint;

        /**
         * Encodes the specified WebRtcEndpoint message. Does not implicitly {@link meridian.WebRtcEndpoint.verify|verify} messages.
         * @param message WebRtcEndpoint message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.WebRtcEndpoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a WebRtcEndpoint message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.WebRtcEndpoint & meridian.WebRtcEndpoint.$Shape} WebRtcEndpoint
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.WebRtcEndpoint & meridian.WebRtcEndpoint.$Shape;

        /**
         * Gets the type url for WebRtcEndpoint
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace WebRtcEndpoint {

        /** Properties of a WebRtcEndpoint. */
        interface $Properties {

            /** WebRtcEndpoint fingerprint */
            fingerprint?: (meridian.DtlsFingerprint.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a WebRtcEndpoint. */
        type $Shape = meridian.WebRtcEndpoint.$Properties;
    }

    /**
     * Properties of a PlainEndpoint.
     * @deprecated Use meridian.PlainEndpoint.$Properties instead.
     */
    interface IPlainEndpoint extends meridian.PlainEndpoint.$Properties {
    }

    /** Represents a PlainEndpoint. */
    class PlainEndpoint {

        /**
         * Constructs a new PlainEndpoint.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PlainEndpoint.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PlainEndpoint ip. */
        ip: string;

        /** PlainEndpoint port. */
        port: number;

        /** PlainEndpoint srtp. */
        srtp?: (meridian.SrtpParameters.$Properties|null);

        /**
         * Creates a new PlainEndpoint instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PlainEndpoint instance
         */
        static create(properties: meridian.PlainEndpoint.$Shape): meridian.PlainEndpoint & meridian.PlainEndpoint.$Shape;
        static create(properties?: meridian.PlainEndpoint.$Properties): meridian.PlainEndpoint;

        /**
         * Encodes the specified PlainEndpoint message. Does not implicitly {@link meridian.PlainEndpoint.verify|verify} messages.
         * @param message PlainEndpoint message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PlainEndpoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PlainEndpoint message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PlainEndpoint & meridian.PlainEndpoint.$Shape} PlainEndpoint
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PlainEndpoint & meridian.PlainEndpoint.$Shape;

        /**
         * Gets the type url for PlainEndpoint
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PlainEndpoint {

        /** Properties of a PlainEndpoint. */
        interface $Properties {

            /** PlainEndpoint ip */
            ip?: (string|null);

            /** PlainEndpoint port */
            port?: (number|null);

            /** PlainEndpoint srtp */
            srtp?: (meridian.SrtpParameters.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PlainEndpoint. */
        type $Shape = meridian.PlainEndpoint.$Properties;
    }

    /**
     * Properties of a SrtpParameters.
     * @deprecated Use meridian.SrtpParameters.$Properties instead.
     */
    interface ISrtpParameters extends meridian.SrtpParameters.$Properties {
    }

    /** Represents a SrtpParameters. */
    class SrtpParameters {

        /**
         * Constructs a new SrtpParameters.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SrtpParameters.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SrtpParameters cryptoSuite. */
        cryptoSuite: string;

        /** SrtpParameters keyBase64. */
        keyBase64: string;

        /**
         * Creates a new SrtpParameters instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SrtpParameters instance
         */
        static create(properties: meridian.SrtpParameters.$Shape): meridian.SrtpParameters & meridian.SrtpParameters.$Shape;
        static create(properties?: meridian.SrtpParameters.$Properties): meridian.SrtpParameters;

        /**
         * Encodes the specified SrtpParameters message. Does not implicitly {@link meridian.SrtpParameters.verify|verify} messages.
         * @param message SrtpParameters message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SrtpParameters.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SrtpParameters message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SrtpParameters & meridian.SrtpParameters.$Shape} SrtpParameters
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SrtpParameters & meridian.SrtpParameters.$Shape;

        /**
         * Gets the type url for SrtpParameters
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SrtpParameters {

        /** Properties of a SrtpParameters. */
        interface $Properties {

            /** SrtpParameters cryptoSuite */
            cryptoSuite?: (string|null);

            /** SrtpParameters keyBase64 */
            keyBase64?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SrtpParameters. */
        type $Shape = meridian.SrtpParameters.$Properties;
    }

    /**
     * Properties of a TransportInfo.
     * @deprecated Use meridian.TransportInfo.$Properties instead.
     */
    interface ITransportInfo extends meridian.TransportInfo.$Properties {
    }

    /** Represents a TransportInfo. */
    class TransportInfo {

        /**
         * Constructs a new TransportInfo.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TransportInfo.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TransportInfo id. */
        id: string;

        /** TransportInfo iceParameters. */
        iceParameters?: (meridian.IceParameters.$Properties|null);

        /** TransportInfo iceCandidates. */
        iceCandidates: meridian.IceCandidate.$Properties[];

        /** TransportInfo dtlsParameters. */
        dtlsParameters?: (meridian.DtlsParameters.$Properties|null);

        /** TransportInfo plain. */
        plain?: (meridian.PlainEndpoint.$Properties|null);

        /**
         * Creates a new TransportInfo instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TransportInfo instance
         */
        static create(properties: meridian.TransportInfo.$Shape): meridian.TransportInfo & meridian.TransportInfo.$Shape;
        static create(properties?: meridian.TransportInfo.$Properties): meridian.TransportInfo;

        /**
         * Encodes the specified TransportInfo message. Does not implicitly {@link meridian.TransportInfo.verify|verify} messages.
         * @param message TransportInfo message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TransportInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TransportInfo message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TransportInfo & meridian.TransportInfo.$Shape} TransportInfo
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TransportInfo & meridian.TransportInfo.$Shape;

        /**
         * Gets the type url for TransportInfo
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TransportInfo {

        /** Properties of a TransportInfo. */
        interface $Properties {

            /** TransportInfo id */
            id?: (string|null);

            /** TransportInfo iceParameters */
            iceParameters?: (meridian.IceParameters.$Properties|null);

            /** TransportInfo iceCandidates */
            iceCandidates?: (meridian.IceCandidate.$Properties[]|null);

            /** TransportInfo dtlsParameters */
            dtlsParameters?: (meridian.DtlsParameters.$Properties|null);

            /** TransportInfo plain */
            plain?: (meridian.PlainEndpoint.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TransportInfo. */
        type $Shape = meridian.TransportInfo.$Properties;
    }

    /**
     * Properties of a VideoLayer.
     * @deprecated Use meridian.VideoLayer.$Properties instead.
     */
    interface IVideoLayer extends meridian.VideoLayer.$Properties {
    }

    /** Represents a VideoLayer. */
    class VideoLayer {

        /**
         * Constructs a new VideoLayer.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.VideoLayer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** VideoLayer spatialLayer. */
        spatialLayer: number;

        /** VideoLayer width. */
        width: number;

        /** VideoLayer height. */
        height: number;

        /** VideoLayer maxBitrateBps. */
        maxBitrateBps: number;

        /**
         * Creates a new VideoLayer instance using the specified properties.
         * @param [properties] Properties to set
         * @returns VideoLayer instance
         */
        static create(properties: meridian.VideoLayer.$Shape): meridian.VideoLayer & meridian.VideoLayer.$Shape;
        static create(properties?: meridian.VideoLayer.$Properties): meridian.VideoLayer;

        /**
         * Encodes the specified VideoLayer message. Does not implicitly {@link meridian.VideoLayer.verify|verify} messages.
         * @param message VideoLayer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.VideoLayer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a VideoLayer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.VideoLayer & meridian.VideoLayer.$Shape} VideoLayer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.VideoLayer & meridian.VideoLayer.$Shape;

        /**
         * Gets the type url for VideoLayer
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace VideoLayer {

        /** Properties of a VideoLayer. */
        interface $Properties {

            /** VideoLayer spatialLayer */
            spatialLayer?: (number|null);

            /** VideoLayer width */
            width?: (number|null);

            /** VideoLayer height */
            height?: (number|null);

            /** VideoLayer maxBitrateBps */
            maxBitrateBps?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a VideoLayer. */
        type $Shape = meridian.VideoLayer.$Properties;
    }

    /**
     * Properties of a TrackInfo.
     * @deprecated Use meridian.TrackInfo.$Properties instead.
     */
    interface ITrackInfo extends meridian.TrackInfo.$Properties {
    }

    /** Represents a TrackInfo. */
    class TrackInfo {

        /**
         * Constructs a new TrackInfo.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TrackInfo.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TrackInfo trackId. */
        trackId: string;

        /** TrackInfo kind. */
        kind: meridian.MediaKind;

        /** TrackInfo source. */
        source: meridian.TrackSource;

        /** TrackInfo name. */
        name: string;

        /** TrackInfo muted. */
        muted: boolean;

        /** TrackInfo mimeType. */
        mimeType: string;

        /** TrackInfo layerKind. */
        layerKind: meridian.LayerKind;

        /** TrackInfo layers. */
        layers: meridian.VideoLayer.$Properties[];

        /** TrackInfo nodeId. */
        nodeId: string;

        /** TrackInfo width. */
        width: number;

        /** TrackInfo height. */
        height: number;

        /** TrackInfo derivedFrom. */
        derivedFrom: string;

        /**
         * Creates a new TrackInfo instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TrackInfo instance
         */
        static create(properties: meridian.TrackInfo.$Shape): meridian.TrackInfo & meridian.TrackInfo.$Shape;
        static create(properties?: meridian.TrackInfo.$Properties): meridian.TrackInfo;

        /**
         * Encodes the specified TrackInfo message. Does not implicitly {@link meridian.TrackInfo.verify|verify} messages.
         * @param message TrackInfo message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TrackInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TrackInfo message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TrackInfo & meridian.TrackInfo.$Shape} TrackInfo
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TrackInfo & meridian.TrackInfo.$Shape;

        /**
         * Gets the type url for TrackInfo
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TrackInfo {

        /** Properties of a TrackInfo. */
        interface $Properties {

            /** TrackInfo trackId */
            trackId?: (string|null);

            /** TrackInfo kind */
            kind?: (meridian.MediaKind|null);

            /** TrackInfo source */
            source?: (meridian.TrackSource|null);

            /** TrackInfo name */
            name?: (string|null);

            /** TrackInfo muted */
            muted?: (boolean|null);

            /** TrackInfo mimeType */
            mimeType?: (string|null);

            /** TrackInfo layerKind */
            layerKind?: (meridian.LayerKind|null);

            /** TrackInfo layers */
            layers?: (meridian.VideoLayer.$Properties[]|null);

            /** TrackInfo nodeId */
            nodeId?: (string|null);

            /** TrackInfo width */
            width?: (number|null);

            /** TrackInfo height */
            height?: (number|null);

            /** TrackInfo derivedFrom */
            derivedFrom?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TrackInfo. */
        type $Shape = meridian.TrackInfo.$Properties;
    }

    /** ParticipantKind enum. */
    enum ParticipantKind {

        /** PARTICIPANT_KIND_STANDARD value */
        PARTICIPANT_KIND_STANDARD = 0,

        /** PARTICIPANT_KIND_GATEWAY value */
        PARTICIPANT_KIND_GATEWAY = 1,

        /** PARTICIPANT_KIND_RECORDER value */
        PARTICIPANT_KIND_RECORDER = 2,

        /** PARTICIPANT_KIND_AGENT value */
        PARTICIPANT_KIND_AGENT = 3
    }

    /**
     * Properties of a ParticipantInfo.
     * @deprecated Use meridian.ParticipantInfo.$Properties instead.
     */
    interface IParticipantInfo extends meridian.ParticipantInfo.$Properties {
    }

    /** Represents a ParticipantInfo. */
    class ParticipantInfo {

        /**
         * Constructs a new ParticipantInfo.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ParticipantInfo.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ParticipantInfo sessionId. */
        sessionId: string;

        /** ParticipantInfo identity. */
        identity: string;

        /** ParticipantInfo name. */
        name: string;

        /** ParticipantInfo metadata. */
        metadata: string;

        /** ParticipantInfo tracks. */
        tracks: meridian.TrackInfo.$Properties[];

        /** ParticipantInfo nodeId. */
        nodeId: string;

        /** ParticipantInfo signalingId. */
        signalingId: string;

        /** ParticipantInfo region. */
        region: string;

        /** ParticipantInfo joinedWallMs. */
        joinedWallMs: number;

        /** ParticipantInfo quality. */
        quality: meridian.Quality;

        /** ParticipantInfo canPublish. */
        canPublish: boolean;

        /** ParticipantInfo canSubscribe. */
        canSubscribe: boolean;

        /** ParticipantInfo canPublishData. */
        canPublishData: boolean;

        /** ParticipantInfo admin. */
        admin: boolean;

        /** ParticipantInfo hidden. */
        hidden: boolean;

        /** ParticipantInfo kind. */
        kind: meridian.ParticipantKind;

        /** ParticipantInfo protocol. */
        protocol: string;

        /** ParticipantInfo attributes. */
        attributes: { [k: string]: string };

        /** ParticipantInfo role. */
        role: string;

        /** ParticipantInfo handRaisedWallMs. */
        handRaisedWallMs: number;

        /** ParticipantInfo tokenRights. */
        tokenRights: number;

        /**
         * Creates a new ParticipantInfo instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ParticipantInfo instance
         */
        static create(properties: meridian.ParticipantInfo.$Shape): meridian.ParticipantInfo & meridian.ParticipantInfo.$Shape;
        static create(properties?: meridian.ParticipantInfo.$Properties): meridian.ParticipantInfo;

        /**
         * Encodes the specified ParticipantInfo message. Does not implicitly {@link meridian.ParticipantInfo.verify|verify} messages.
         * @param message ParticipantInfo message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ParticipantInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ParticipantInfo message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ParticipantInfo & meridian.ParticipantInfo.$Shape} ParticipantInfo
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ParticipantInfo & meridian.ParticipantInfo.$Shape;

        /**
         * Gets the type url for ParticipantInfo
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ParticipantInfo {

        /** Properties of a ParticipantInfo. */
        interface $Properties {

            /** ParticipantInfo sessionId */
            sessionId?: (string|null);

            /** ParticipantInfo identity */
            identity?: (string|null);

            /** ParticipantInfo name */
            name?: (string|null);

            /** ParticipantInfo metadata */
            metadata?: (string|null);

            /** ParticipantInfo tracks */
            tracks?: (meridian.TrackInfo.$Properties[]|null);

            /** ParticipantInfo nodeId */
            nodeId?: (string|null);

            /** ParticipantInfo signalingId */
            signalingId?: (string|null);

            /** ParticipantInfo region */
            region?: (string|null);

            /** ParticipantInfo joinedWallMs */
            joinedWallMs?: (number|null);

            /** ParticipantInfo quality */
            quality?: (meridian.Quality|null);

            /** ParticipantInfo canPublish */
            canPublish?: (boolean|null);

            /** ParticipantInfo canSubscribe */
            canSubscribe?: (boolean|null);

            /** ParticipantInfo canPublishData */
            canPublishData?: (boolean|null);

            /** ParticipantInfo admin */
            admin?: (boolean|null);

            /** ParticipantInfo hidden */
            hidden?: (boolean|null);

            /** ParticipantInfo kind */
            kind?: (meridian.ParticipantKind|null);

            /** ParticipantInfo protocol */
            protocol?: (string|null);

            /** ParticipantInfo attributes */
            attributes?: ({ [k: string]: string }|null);

            /** ParticipantInfo role */
            role?: (string|null);

            /** ParticipantInfo handRaisedWallMs */
            handRaisedWallMs?: (number|null);

            /** ParticipantInfo tokenRights */
            tokenRights?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ParticipantInfo. */
        type $Shape = meridian.ParticipantInfo.$Properties;
    }

    /**
     * Properties of a Subscription.
     * @deprecated Use meridian.Subscription.$Properties instead.
     */
    interface ISubscription extends meridian.Subscription.$Properties {
    }

    /** Represents a Subscription. */
    class Subscription {

        /**
         * Constructs a new Subscription.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Subscription.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Subscription consumerId. */
        consumerId: string;

        /** Subscription trackId. */
        trackId: string;

        /** Subscription publisherSessionId. */
        publisherSessionId: string;

        /** Subscription kind. */
        kind: meridian.MediaKind;

        /** Subscription layerKind. */
        layerKind: meridian.LayerKind;

        /** Subscription rtpParameters. */
        rtpParameters?: (meridian.RtpParameters.$Properties|null);

        /** Subscription producerPaused. */
        producerPaused: boolean;

        /** Subscription trackEpoch. */
        trackEpoch: number;

        /**
         * Creates a new Subscription instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Subscription instance
         */
        static create(properties: meridian.Subscription.$Shape): meridian.Subscription & meridian.Subscription.$Shape;
        static create(properties?: meridian.Subscription.$Properties): meridian.Subscription;

        /**
         * Encodes the specified Subscription message. Does not implicitly {@link meridian.Subscription.verify|verify} messages.
         * @param message Subscription message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Subscription.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Subscription message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Subscription & meridian.Subscription.$Shape} Subscription
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Subscription & meridian.Subscription.$Shape;

        /**
         * Gets the type url for Subscription
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Subscription {

        /** Properties of a Subscription. */
        interface $Properties {

            /** Subscription consumerId */
            consumerId?: (string|null);

            /** Subscription trackId */
            trackId?: (string|null);

            /** Subscription publisherSessionId */
            publisherSessionId?: (string|null);

            /** Subscription kind */
            kind?: (meridian.MediaKind|null);

            /** Subscription layerKind */
            layerKind?: (meridian.LayerKind|null);

            /** Subscription rtpParameters */
            rtpParameters?: (meridian.RtpParameters.$Properties|null);

            /** Subscription producerPaused */
            producerPaused?: (boolean|null);

            /** Subscription trackEpoch */
            trackEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Subscription. */
        type $Shape = {
          consumerId?: string|null;
          trackId?: string|null;
          publisherSessionId?: string|null;
          kind?: meridian.MediaKind|null;
          layerKind?: meridian.LayerKind|null;
          rtpParameters?: meridian.RtpParameters.$Shape|null;
          producerPaused?: boolean|null;
          trackEpoch?: number|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a RoomInfo.
     * @deprecated Use meridian.RoomInfo.$Properties instead.
     */
    interface IRoomInfo extends meridian.RoomInfo.$Properties {
    }

    /** Represents a RoomInfo. */
    class RoomInfo {

        /**
         * Constructs a new RoomInfo.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomInfo.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomInfo metadata. */
        metadata: string;

        /** RoomInfo version. */
        version: number;

        /** RoomInfo sid. */
        sid: string;

        /** RoomInfo createdWallMs. */
        createdWallMs: number;

        /** RoomInfo locked. */
        locked: boolean;

        /** RoomInfo lobby. */
        lobby: boolean;

        /** RoomInfo spotlight. */
        spotlight: string[];

        /** RoomInfo endsWallMs. */
        endsWallMs: number;

        /**
         * Creates a new RoomInfo instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomInfo instance
         */
        static create(properties: meridian.RoomInfo.$Shape): meridian.RoomInfo & meridian.RoomInfo.$Shape;
        static create(properties?: meridian.RoomInfo.$Properties): meridian.RoomInfo;

        /**
         * Encodes the specified RoomInfo message. Does not implicitly {@link meridian.RoomInfo.verify|verify} messages.
         * @param message RoomInfo message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomInfo message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomInfo & meridian.RoomInfo.$Shape} RoomInfo
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomInfo & meridian.RoomInfo.$Shape;

        /**
         * Gets the type url for RoomInfo
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomInfo {

        /** Properties of a RoomInfo. */
        interface $Properties {

            /** RoomInfo metadata */
            metadata?: (string|null);

            /** RoomInfo version */
            version?: (number|null);

            /** RoomInfo sid */
            sid?: (string|null);

            /** RoomInfo createdWallMs */
            createdWallMs?: (number|null);

            /** RoomInfo locked */
            locked?: (boolean|null);

            /** RoomInfo lobby */
            lobby?: (boolean|null);

            /** RoomInfo spotlight */
            spotlight?: (string[]|null);

            /** RoomInfo endsWallMs */
            endsWallMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomInfo. */
        type $Shape = meridian.RoomInfo.$Properties;
    }

    /**
     * Properties of a Speaker.
     * @deprecated Use meridian.Speaker.$Properties instead.
     */
    interface ISpeaker extends meridian.Speaker.$Properties {
    }

    /** Represents a Speaker. */
    class Speaker {

        /**
         * Constructs a new Speaker.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Speaker.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Speaker sessionId. */
        sessionId: string;

        /** Speaker levelDbov. */
        levelDbov: number;

        /**
         * Creates a new Speaker instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Speaker instance
         */
        static create(properties: meridian.Speaker.$Shape): meridian.Speaker & meridian.Speaker.$Shape;
        static create(properties?: meridian.Speaker.$Properties): meridian.Speaker;

        /**
         * Encodes the specified Speaker message. Does not implicitly {@link meridian.Speaker.verify|verify} messages.
         * @param message Speaker message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Speaker.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Speaker message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Speaker & meridian.Speaker.$Shape} Speaker
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Speaker & meridian.Speaker.$Shape;

        /**
         * Gets the type url for Speaker
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Speaker {

        /** Properties of a Speaker. */
        interface $Properties {

            /** Speaker sessionId */
            sessionId?: (string|null);

            /** Speaker levelDbov */
            levelDbov?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Speaker. */
        type $Shape = meridian.Speaker.$Properties;
    }

    /**
     * Properties of an EchoTime.
     * @deprecated Use meridian.EchoTime.$Properties instead.
     */
    interface IEchoTime extends meridian.EchoTime.$Properties {
    }

    /** Represents an EchoTime. */
    class EchoTime {

        /**
         * Constructs a new EchoTime.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.EchoTime.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** EchoTime signalingId. */
        signalingId: string;

        /** EchoTime rttMs. */
        rttMs: number;

        /** EchoTime receipt. */
        receipt: Uint8Array;

        /**
         * Creates a new EchoTime instance using the specified properties.
         * @param [properties] Properties to set
         * @returns EchoTime instance
         */
        static create(properties: meridian.EchoTime.$Shape): meridian.EchoTime & meridian.EchoTime.$Shape;
        static create(properties?: meridian.EchoTime.$Properties): meridian.EchoTime;

        /**
         * Encodes the specified EchoTime message. Does not implicitly {@link meridian.EchoTime.verify|verify} messages.
         * @param message EchoTime message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.EchoTime.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an EchoTime message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.EchoTime & meridian.EchoTime.$Shape} EchoTime
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.EchoTime & meridian.EchoTime.$Shape;

        /**
         * Gets the type url for EchoTime
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace EchoTime {

        /** Properties of an EchoTime. */
        interface $Properties {

            /** EchoTime signalingId */
            signalingId?: (string|null);

            /** EchoTime rttMs */
            rttMs?: (number|null);

            /** EchoTime receipt */
            receipt?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an EchoTime. */
        type $Shape = meridian.EchoTime.$Properties;
    }

    /**
     * Properties of a SessionStats.
     * @deprecated Use meridian.SessionStats.$Properties instead.
     */
    interface ISessionStats extends meridian.SessionStats.$Properties {
    }

    /** Represents a SessionStats. */
    class SessionStats {

        /**
         * Constructs a new SessionStats.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SessionStats.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SessionStats rttMs. */
        rttMs: number;

        /** SessionStats outboundLoss. */
        outboundLoss: number;

        /** SessionStats inboundLoss. */
        inboundLoss: number;

        /** SessionStats freezeCount. */
        freezeCount: number;

        /** SessionStats freezeMs. */
        freezeMs: number;

        /** SessionStats jitterMs. */
        jitterMs: number;

        /** SessionStats availableOutboundBps. */
        availableOutboundBps: number;

        /** SessionStats periodMs. */
        periodMs: number;

        /**
         * Creates a new SessionStats instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SessionStats instance
         */
        static create(properties: meridian.SessionStats.$Shape): meridian.SessionStats & meridian.SessionStats.$Shape;
        static create(properties?: meridian.SessionStats.$Properties): meridian.SessionStats;

        /**
         * Encodes the specified SessionStats message. Does not implicitly {@link meridian.SessionStats.verify|verify} messages.
         * @param message SessionStats message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SessionStats.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SessionStats message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SessionStats & meridian.SessionStats.$Shape} SessionStats
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SessionStats & meridian.SessionStats.$Shape;

        /**
         * Gets the type url for SessionStats
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SessionStats {

        /** Properties of a SessionStats. */
        interface $Properties {

            /** SessionStats rttMs */
            rttMs?: (number|null);

            /** SessionStats outboundLoss */
            outboundLoss?: (number|null);

            /** SessionStats inboundLoss */
            inboundLoss?: (number|null);

            /** SessionStats freezeCount */
            freezeCount?: (number|null);

            /** SessionStats freezeMs */
            freezeMs?: (number|null);

            /** SessionStats jitterMs */
            jitterMs?: (number|null);

            /** SessionStats availableOutboundBps */
            availableOutboundBps?: (number|null);

            /** SessionStats periodMs */
            periodMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SessionStats. */
        type $Shape = meridian.SessionStats.$Properties;
    }

    /**
     * Properties of an ErrorInfo.
     * @deprecated Use meridian.ErrorInfo.$Properties instead.
     */
    interface IErrorInfo extends meridian.ErrorInfo.$Properties {
    }

    /** Represents an ErrorInfo. */
    class ErrorInfo {

        /**
         * Constructs a new ErrorInfo.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ErrorInfo.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ErrorInfo code. */
        code: string;

        /** ErrorInfo message. */
        message: string;

        /** ErrorInfo retryable. */
        retryable: boolean;

        /** ErrorInfo retryAfterMs. */
        retryAfterMs: number;

        /**
         * Creates a new ErrorInfo instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ErrorInfo instance
         */
        static create(properties: meridian.ErrorInfo.$Shape): meridian.ErrorInfo & meridian.ErrorInfo.$Shape;
        static create(properties?: meridian.ErrorInfo.$Properties): meridian.ErrorInfo;

        /**
         * Encodes the specified ErrorInfo message. Does not implicitly {@link meridian.ErrorInfo.verify|verify} messages.
         * @param message ErrorInfo message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ErrorInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ErrorInfo message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ErrorInfo & meridian.ErrorInfo.$Shape} ErrorInfo
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ErrorInfo & meridian.ErrorInfo.$Shape;

        /**
         * Gets the type url for ErrorInfo
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ErrorInfo {

        /** Properties of an ErrorInfo. */
        interface $Properties {

            /** ErrorInfo code */
            code?: (string|null);

            /** ErrorInfo message */
            message?: (string|null);

            /** ErrorInfo retryable */
            retryable?: (boolean|null);

            /** ErrorInfo retryAfterMs */
            retryAfterMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ErrorInfo. */
        type $Shape = meridian.ErrorInfo.$Properties;
    }

    /**
     * Properties of an Ack.
     * @deprecated Use meridian.Ack.$Properties instead.
     */
    interface IAck extends meridian.Ack.$Properties {
    }

    /** Represents an Ack. */
    class Ack {

        /**
         * Constructs a new Ack.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Ack.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new Ack instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Ack instance
         */
        static create(properties: meridian.Ack.$Shape): meridian.Ack & meridian.Ack.$Shape;
        static create(properties?: meridian.Ack.$Properties): meridian.Ack;

        /**
         * Encodes the specified Ack message. Does not implicitly {@link meridian.Ack.verify|verify} messages.
         * @param message Ack message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Ack.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Ack message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Ack & meridian.Ack.$Shape} Ack
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Ack & meridian.Ack.$Shape;

        /**
         * Gets the type url for Ack
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Ack {

        /** Properties of an Ack. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Ack. */
        type $Shape = meridian.Ack.$Properties;
    }

    /**
     * Properties of a Resume.
     * @deprecated Use meridian.Resume.$Properties instead.
     */
    interface IResume extends meridian.Resume.$Properties {
    }

    /** Represents a Resume. */
    class Resume {

        /**
         * Constructs a new Resume.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Resume.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Resume sessionId. */
        sessionId: string;

        /** Resume resumeKey. */
        resumeKey: string;

        /**
         * Creates a new Resume instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Resume instance
         */
        static create(properties: meridian.Resume.$Shape): meridian.Resume & meridian.Resume.$Shape;
        static create(properties?: meridian.Resume.$Properties): meridian.Resume;

        /**
         * Encodes the specified Resume message. Does not implicitly {@link meridian.Resume.verify|verify} messages.
         * @param message Resume message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Resume.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Resume message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Resume & meridian.Resume.$Shape} Resume
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Resume & meridian.Resume.$Shape;

        /**
         * Gets the type url for Resume
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Resume {

        /** Properties of a Resume. */
        interface $Properties {

            /** Resume sessionId */
            sessionId?: (string|null);

            /** Resume resumeKey */
            resumeKey?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Resume. */
        type $Shape = meridian.Resume.$Properties;
    }

    /**
     * Properties of a Join.
     * @deprecated Use meridian.Join.$Properties instead.
     */
    interface IJoin extends meridian.Join.$Properties {
    }

    /** Represents a Join. */
    class Join {

        /**
         * Constructs a new Join.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Join.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Join protocolVersion. */
        protocolVersion: number;

        /** Join token. */
        token: string;

        /** Join sdk. */
        sdk: string;

        /** Join routerVersion. */
        routerVersion: number;

        /** Join recvRtpCapabilities. */
        recvRtpCapabilities?: (meridian.RtpCapabilities.$Properties|null);

        /** Join echoTimes. */
        echoTimes: meridian.EchoTime.$Properties[];

        /** Join manualSubscribe. */
        manualSubscribe: boolean;

        /** Join fromCity. */
        fromCity: string;

        /** Join resume. */
        resume?: (meridian.Resume.$Properties|null);

        /** Join priorSessionId. */
        priorSessionId: string;

        /** Join rejoinReceipt. */
        rejoinReceipt: Uint8Array;

        /** Join sendEndpoint. */
        sendEndpoint?: (meridian.Endpoint.$Properties|null);

        /** Join recvEndpoint. */
        recvEndpoint?: (meridian.Endpoint.$Properties|null);

        /** Join protocol. */
        protocol: string;

        /**
         * Creates a new Join instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Join instance
         */
        static create(properties: meridian.Join.$Shape): meridian.Join & meridian.Join.$Shape;
        static create(properties?: meridian.Join.$Properties): meridian.Join;

        /**
         * Encodes the specified Join message. Does not implicitly {@link meridian.Join.verify|verify} messages.
         * @param message Join message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Join.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Join message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Join & meridian.Join.$Shape} Join
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Join & meridian.Join.$Shape;

        /**
         * Gets the type url for Join
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Join {

        /** Properties of a Join. */
        interface $Properties {

            /** Join protocolVersion */
            protocolVersion?: (number|null);

            /** Join token */
            token?: (string|null);

            /** Join sdk */
            sdk?: (string|null);

            /** Join routerVersion */
            routerVersion?: (number|null);

            /** Join recvRtpCapabilities */
            recvRtpCapabilities?: (meridian.RtpCapabilities.$Properties|null);

            /** Join echoTimes */
            echoTimes?: (meridian.EchoTime.$Properties[]|null);

            /** Join manualSubscribe */
            manualSubscribe?: (boolean|null);

            /** Join fromCity */
            fromCity?: (string|null);

            /** Join resume */
            resume?: (meridian.Resume.$Properties|null);

            /** Join priorSessionId */
            priorSessionId?: (string|null);

            /** Join rejoinReceipt */
            rejoinReceipt?: (Uint8Array|null);

            /** Join sendEndpoint */
            sendEndpoint?: (meridian.Endpoint.$Properties|null);

            /** Join recvEndpoint */
            recvEndpoint?: (meridian.Endpoint.$Properties|null);

            /** Join protocol */
            protocol?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Join. */
        type $Shape = {
          protocolVersion?: number|null;
          token?: string|null;
          sdk?: string|null;
          routerVersion?: number|null;
          recvRtpCapabilities?: meridian.RtpCapabilities.$Shape|null;
          echoTimes?: meridian.EchoTime.$Shape[]|null;
          manualSubscribe?: boolean|null;
          fromCity?: string|null;
          resume?: meridian.Resume.$Shape|null;
          priorSessionId?: string|null;
          rejoinReceipt?: Uint8Array|null;
          sendEndpoint?: meridian.Endpoint.$Shape|null;
          recvEndpoint?: meridian.Endpoint.$Shape|null;
          protocol?: string|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a Place.
     * @deprecated Use meridian.Place.$Properties instead.
     */
    interface IPlace extends meridian.Place.$Properties {
    }

    /** Represents a Place. */
    class Place {

        /**
         * Constructs a new Place.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Place.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Place nodeId. */
        nodeId: string;

        /** Place hostId. */
        hostId: string;

        /** Place region. */
        region: string;

        /** Place city. */
        city: string;

        /** Place latitude. */
        latitude: number;

        /** Place longitude. */
        longitude: number;

        /**
         * Creates a new Place instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Place instance
         */
        static create(properties: meridian.Place.$Shape): meridian.Place & meridian.Place.$Shape;
        static create(properties?: meridian.Place.$Properties): meridian.Place;

        /**
         * Encodes the specified Place message. Does not implicitly {@link meridian.Place.verify|verify} messages.
         * @param message Place message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Place.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Place message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Place & meridian.Place.$Shape} Place
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Place & meridian.Place.$Shape;

        /**
         * Gets the type url for Place
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Place {

        /** Properties of a Place. */
        interface $Properties {

            /** Place nodeId */
            nodeId?: (string|null);

            /** Place hostId */
            hostId?: (string|null);

            /** Place region */
            region?: (string|null);

            /** Place city */
            city?: (string|null);

            /** Place latitude */
            latitude?: (number|null);

            /** Place longitude */
            longitude?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Place. */
        type $Shape = meridian.Place.$Properties;
    }

    /**
     * Properties of a PlacementInfo.
     * @deprecated Use meridian.PlacementInfo.$Properties instead.
     */
    interface IPlacementInfo extends meridian.PlacementInfo.$Properties {
    }

    /** Represents a PlacementInfo. */
    class PlacementInfo {

        /**
         * Constructs a new PlacementInfo.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PlacementInfo.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PlacementInfo decisionId. */
        decisionId: string;

        /** PlacementInfo node. */
        node?: (meridian.Place.$Properties|null);

        /** PlacementInfo signalingId. */
        signalingId: string;

        /** PlacementInfo signalingRegion. */
        signalingRegion: string;

        /** PlacementInfo ownerId. */
        ownerId: string;

        /** PlacementInfo roomEpoch. */
        roomEpoch: number;

        /** PlacementInfo locationSource. */
        locationSource: string;

        /** PlacementInfo locationRadiusKm. */
        locationRadiusKm: number;

        /** PlacementInfo locationLabel. */
        locationLabel: string;

        /** PlacementInfo reasons. */
        reasons: string[];

        /** PlacementInfo provisional. */
        provisional: boolean;

        /** PlacementInfo mode. */
        mode: string;

        /**
         * Creates a new PlacementInfo instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PlacementInfo instance
         */
        static create(properties: meridian.PlacementInfo.$Shape): meridian.PlacementInfo & meridian.PlacementInfo.$Shape;
        static create(properties?: meridian.PlacementInfo.$Properties): meridian.PlacementInfo;

        /**
         * Encodes the specified PlacementInfo message. Does not implicitly {@link meridian.PlacementInfo.verify|verify} messages.
         * @param message PlacementInfo message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PlacementInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PlacementInfo message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PlacementInfo & meridian.PlacementInfo.$Shape} PlacementInfo
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PlacementInfo & meridian.PlacementInfo.$Shape;

        /**
         * Gets the type url for PlacementInfo
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PlacementInfo {

        /** Properties of a PlacementInfo. */
        interface $Properties {

            /** PlacementInfo decisionId */
            decisionId?: (string|null);

            /** PlacementInfo node */
            node?: (meridian.Place.$Properties|null);

            /** PlacementInfo signalingId */
            signalingId?: (string|null);

            /** PlacementInfo signalingRegion */
            signalingRegion?: (string|null);

            /** PlacementInfo ownerId */
            ownerId?: (string|null);

            /** PlacementInfo roomEpoch */
            roomEpoch?: (number|null);

            /** PlacementInfo locationSource */
            locationSource?: (string|null);

            /** PlacementInfo locationRadiusKm */
            locationRadiusKm?: (number|null);

            /** PlacementInfo locationLabel */
            locationLabel?: (string|null);

            /** PlacementInfo reasons */
            reasons?: (string[]|null);

            /** PlacementInfo provisional */
            provisional?: (boolean|null);

            /** PlacementInfo mode */
            mode?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PlacementInfo. */
        type $Shape = meridian.PlacementInfo.$Properties;
    }

    /**
     * Properties of a PlacementPart.
     * @deprecated Use meridian.PlacementPart.$Properties instead.
     */
    interface IPlacementPart extends meridian.PlacementPart.$Properties {
    }

    /** Represents a PlacementPart. */
    class PlacementPart {

        /**
         * Constructs a new PlacementPart.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PlacementPart.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PlacementPart name. */
        name: string;

        /** PlacementPart points. */
        points: number;

        /** PlacementPart pointsMax. */
        pointsMax: number;

        /** PlacementPart reason. */
        reason: string;

        /**
         * Creates a new PlacementPart instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PlacementPart instance
         */
        static create(properties: meridian.PlacementPart.$Shape): meridian.PlacementPart & meridian.PlacementPart.$Shape;
        static create(properties?: meridian.PlacementPart.$Properties): meridian.PlacementPart;

        /**
         * Encodes the specified PlacementPart message. Does not implicitly {@link meridian.PlacementPart.verify|verify} messages.
         * @param message PlacementPart message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PlacementPart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PlacementPart message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PlacementPart & meridian.PlacementPart.$Shape} PlacementPart
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PlacementPart & meridian.PlacementPart.$Shape;

        /**
         * Gets the type url for PlacementPart
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PlacementPart {

        /** Properties of a PlacementPart. */
        interface $Properties {

            /** PlacementPart name */
            name?: (string|null);

            /** PlacementPart points */
            points?: (number|null);

            /** PlacementPart pointsMax */
            pointsMax?: (number|null);

            /** PlacementPart reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PlacementPart. */
        type $Shape = meridian.PlacementPart.$Properties;
    }

    /**
     * Properties of a PlacementOption.
     * @deprecated Use meridian.PlacementOption.$Properties instead.
     */
    interface IPlacementOption extends meridian.PlacementOption.$Properties {
    }

    /** Represents a PlacementOption. */
    class PlacementOption {

        /**
         * Constructs a new PlacementOption.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PlacementOption.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PlacementOption nodeId. */
        nodeId: string;

        /** PlacementOption region. */
        region: string;

        /** PlacementOption city. */
        city: string;

        /** PlacementOption points. */
        points: number;

        /** PlacementOption parts. */
        parts: meridian.PlacementPart.$Properties[];

        /** PlacementOption filter. */
        filter: string;

        /**
         * Creates a new PlacementOption instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PlacementOption instance
         */
        static create(properties: meridian.PlacementOption.$Shape): meridian.PlacementOption & meridian.PlacementOption.$Shape;
        static create(properties?: meridian.PlacementOption.$Properties): meridian.PlacementOption;

        /**
         * Encodes the specified PlacementOption message. Does not implicitly {@link meridian.PlacementOption.verify|verify} messages.
         * @param message PlacementOption message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PlacementOption.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PlacementOption message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PlacementOption & meridian.PlacementOption.$Shape} PlacementOption
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PlacementOption & meridian.PlacementOption.$Shape;

        /**
         * Gets the type url for PlacementOption
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PlacementOption {

        /** Properties of a PlacementOption. */
        interface $Properties {

            /** PlacementOption nodeId */
            nodeId?: (string|null);

            /** PlacementOption region */
            region?: (string|null);

            /** PlacementOption city */
            city?: (string|null);

            /** PlacementOption points */
            points?: (number|null);

            /** PlacementOption parts */
            parts?: (meridian.PlacementPart.$Properties[]|null);

            /** PlacementOption filter */
            filter?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PlacementOption. */
        type $Shape = meridian.PlacementOption.$Properties;
    }

    /**
     * Properties of an ExplainPlacement.
     * @deprecated Use meridian.ExplainPlacement.$Properties instead.
     */
    interface IExplainPlacement extends meridian.ExplainPlacement.$Properties {
    }

    /** Represents an ExplainPlacement. */
    class ExplainPlacement {

        /**
         * Constructs a new ExplainPlacement.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ExplainPlacement.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ExplainPlacement decisionId. */
        decisionId: string;

        /**
         * Creates a new ExplainPlacement instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ExplainPlacement instance
         */
        static create(properties: meridian.ExplainPlacement.$Shape): meridian.ExplainPlacement & meridian.ExplainPlacement.$Shape;
        static create(properties?: meridian.ExplainPlacement.$Properties): meridian.ExplainPlacement;

        /**
         * Encodes the specified ExplainPlacement message. Does not implicitly {@link meridian.ExplainPlacement.verify|verify} messages.
         * @param message ExplainPlacement message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ExplainPlacement.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ExplainPlacement message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ExplainPlacement & meridian.ExplainPlacement.$Shape} ExplainPlacement
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ExplainPlacement & meridian.ExplainPlacement.$Shape;

        /**
         * Gets the type url for ExplainPlacement
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ExplainPlacement {

        /** Properties of an ExplainPlacement. */
        interface $Properties {

            /** ExplainPlacement decisionId */
            decisionId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ExplainPlacement. */
        type $Shape = meridian.ExplainPlacement.$Properties;
    }

    /**
     * Properties of a PlacementExplained.
     * @deprecated Use meridian.PlacementExplained.$Properties instead.
     */
    interface IPlacementExplained extends meridian.PlacementExplained.$Properties {
    }

    /** Represents a PlacementExplained. */
    class PlacementExplained {

        /**
         * Constructs a new PlacementExplained.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PlacementExplained.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PlacementExplained decisionId. */
        decisionId: string;

        /** PlacementExplained reasons. */
        reasons: string[];

        /** PlacementExplained options. */
        options: meridian.PlacementOption.$Properties[];

        /**
         * Creates a new PlacementExplained instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PlacementExplained instance
         */
        static create(properties: meridian.PlacementExplained.$Shape): meridian.PlacementExplained & meridian.PlacementExplained.$Shape;
        static create(properties?: meridian.PlacementExplained.$Properties): meridian.PlacementExplained;

        /**
         * Encodes the specified PlacementExplained message. Does not implicitly {@link meridian.PlacementExplained.verify|verify} messages.
         * @param message PlacementExplained message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PlacementExplained.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PlacementExplained message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PlacementExplained & meridian.PlacementExplained.$Shape} PlacementExplained
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PlacementExplained & meridian.PlacementExplained.$Shape;

        /**
         * Gets the type url for PlacementExplained
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PlacementExplained {

        /** Properties of a PlacementExplained. */
        interface $Properties {

            /** PlacementExplained decisionId */
            decisionId?: (string|null);

            /** PlacementExplained reasons */
            reasons?: (string[]|null);

            /** PlacementExplained options */
            options?: (meridian.PlacementOption.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PlacementExplained. */
        type $Shape = meridian.PlacementExplained.$Properties;
    }

    /**
     * Properties of a Joined.
     * @deprecated Use meridian.Joined.$Properties instead.
     */
    interface IJoined extends meridian.Joined.$Properties {
    }

    /** Represents a Joined. */
    class Joined {

        /**
         * Constructs a new Joined.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Joined.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Joined sessionId. */
        sessionId: string;

        /** Joined resumeKey. */
        resumeKey: string;

        /** Joined self. */
        self?: (meridian.ParticipantInfo.$Properties|null);

        /** Joined participants. */
        participants: meridian.ParticipantInfo.$Properties[];

        /** Joined sendTransport. */
        sendTransport?: (meridian.TransportInfo.$Properties|null);

        /** Joined recvTransport. */
        recvTransport?: (meridian.TransportInfo.$Properties|null);

        /** Joined subscriptions. */
        subscriptions: meridian.Subscription.$Properties[];

        /** Joined placement. */
        placement?: (meridian.PlacementInfo.$Properties|null);

        /** Joined rosterSeq. */
        rosterSeq: number;

        /** Joined pingIntervalMs. */
        pingIntervalMs: number;

        /** Joined speakers. */
        speakers: meridian.Speaker.$Properties[];

        /** Joined resumed. */
        resumed: boolean;

        /** Joined room. */
        room: string;

        /** Joined serverJoinMs. */
        serverJoinMs: number;

        /** Joined roomInfo. */
        roomInfo?: (meridian.RoomInfo.$Properties|null);

        /** Joined viewers. */
        viewers?: (meridian.RoomViewers.$Properties|null);

        /** Joined rejoinReceipt. */
        rejoinReceipt: Uint8Array;

        /**
         * Creates a new Joined instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Joined instance
         */
        static create(properties: meridian.Joined.$Shape): meridian.Joined & meridian.Joined.$Shape;
        static create(properties?: meridian.Joined.$Properties): meridian.Joined;

        /**
         * Encodes the specified Joined message. Does not implicitly {@link meridian.Joined.verify|verify} messages.
         * @param message Joined message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Joined.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Joined message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Joined & meridian.Joined.$Shape} Joined
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Joined & meridian.Joined.$Shape;

        /**
         * Gets the type url for Joined
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Joined {

        /** Properties of a Joined. */
        interface $Properties {

            /** Joined sessionId */
            sessionId?: (string|null);

            /** Joined resumeKey */
            resumeKey?: (string|null);

            /** Joined self */
            self?: (meridian.ParticipantInfo.$Properties|null);

            /** Joined participants */
            participants?: (meridian.ParticipantInfo.$Properties[]|null);

            /** Joined sendTransport */
            sendTransport?: (meridian.TransportInfo.$Properties|null);

            /** Joined recvTransport */
            recvTransport?: (meridian.TransportInfo.$Properties|null);

            /** Joined subscriptions */
            subscriptions?: (meridian.Subscription.$Properties[]|null);

            /** Joined placement */
            placement?: (meridian.PlacementInfo.$Properties|null);

            /** Joined rosterSeq */
            rosterSeq?: (number|null);

            /** Joined pingIntervalMs */
            pingIntervalMs?: (number|null);

            /** Joined speakers */
            speakers?: (meridian.Speaker.$Properties[]|null);

            /** Joined resumed */
            resumed?: (boolean|null);

            /** Joined room */
            room?: (string|null);

            /** Joined serverJoinMs */
            serverJoinMs?: (number|null);

            /** Joined roomInfo */
            roomInfo?: (meridian.RoomInfo.$Properties|null);

            /** Joined viewers */
            viewers?: (meridian.RoomViewers.$Properties|null);

            /** Joined rejoinReceipt */
            rejoinReceipt?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Joined. */
        type $Shape = {
          sessionId?: string|null;
          resumeKey?: string|null;
          self?: meridian.ParticipantInfo.$Shape|null;
          participants?: meridian.ParticipantInfo.$Shape[]|null;
          sendTransport?: meridian.TransportInfo.$Shape|null;
          recvTransport?: meridian.TransportInfo.$Shape|null;
          subscriptions?: meridian.Subscription.$Shape[]|null;
          placement?: meridian.PlacementInfo.$Shape|null;
          rosterSeq?: number|null;
          pingIntervalMs?: number|null;
          speakers?: meridian.Speaker.$Shape[]|null;
          resumed?: boolean|null;
          room?: string|null;
          serverJoinMs?: number|null;
          roomInfo?: meridian.RoomInfo.$Shape|null;
          viewers?: meridian.RoomViewers.$Shape|null;
          rejoinReceipt?: Uint8Array|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a Publish.
     * @deprecated Use meridian.Publish.$Properties instead.
     */
    interface IPublish extends meridian.Publish.$Properties {
    }

    /** Represents a Publish. */
    class Publish {

        /**
         * Constructs a new Publish.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Publish.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Publish track. */
        track?: (meridian.TrackInfo.$Properties|null);

        /** Publish rtpParameters. */
        rtpParameters?: (meridian.RtpParameters.$Properties|null);

        /** Publish moveId. */
        moveId: string;

        /**
         * Creates a new Publish instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Publish instance
         */
        static create(properties: meridian.Publish.$Shape): meridian.Publish & meridian.Publish.$Shape;
        static create(properties?: meridian.Publish.$Properties): meridian.Publish;

        /**
         * Encodes the specified Publish message. Does not implicitly {@link meridian.Publish.verify|verify} messages.
         * @param message Publish message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Publish.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Publish message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Publish & meridian.Publish.$Shape} Publish
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Publish & meridian.Publish.$Shape;

        /**
         * Gets the type url for Publish
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Publish {

        /** Properties of a Publish. */
        interface $Properties {

            /** Publish track */
            track?: (meridian.TrackInfo.$Properties|null);

            /** Publish rtpParameters */
            rtpParameters?: (meridian.RtpParameters.$Properties|null);

            /** Publish moveId */
            moveId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Publish. */
        type $Shape = {
          track?: meridian.TrackInfo.$Shape|null;
          rtpParameters?: meridian.RtpParameters.$Shape|null;
          moveId?: string|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a Published.
     * @deprecated Use meridian.Published.$Properties instead.
     */
    interface IPublished extends meridian.Published.$Properties {
    }

    /** Represents a Published. */
    class Published {

        /**
         * Constructs a new Published.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Published.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Published track. */
        track?: (meridian.TrackInfo.$Properties|null);

        /**
         * Creates a new Published instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Published instance
         */
        static create(properties: meridian.Published.$Shape): meridian.Published & meridian.Published.$Shape;
        static create(properties?: meridian.Published.$Properties): meridian.Published;

        /**
         * Encodes the specified Published message. Does not implicitly {@link meridian.Published.verify|verify} messages.
         * @param message Published message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Published.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Published message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Published & meridian.Published.$Shape} Published
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Published & meridian.Published.$Shape;

        /**
         * Gets the type url for Published
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Published {

        /** Properties of a Published. */
        interface $Properties {

            /** Published track */
            track?: (meridian.TrackInfo.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Published. */
        type $Shape = meridian.Published.$Properties;
    }

    /**
     * Properties of an Unpublish.
     * @deprecated Use meridian.Unpublish.$Properties instead.
     */
    interface IUnpublish extends meridian.Unpublish.$Properties {
    }

    /** Represents an Unpublish. */
    class Unpublish {

        /**
         * Constructs a new Unpublish.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Unpublish.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Unpublish trackId. */
        trackId: string;

        /**
         * Creates a new Unpublish instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Unpublish instance
         */
        static create(properties: meridian.Unpublish.$Shape): meridian.Unpublish & meridian.Unpublish.$Shape;
        static create(properties?: meridian.Unpublish.$Properties): meridian.Unpublish;

        /**
         * Encodes the specified Unpublish message. Does not implicitly {@link meridian.Unpublish.verify|verify} messages.
         * @param message Unpublish message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Unpublish.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Unpublish message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Unpublish & meridian.Unpublish.$Shape} Unpublish
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Unpublish & meridian.Unpublish.$Shape;

        /**
         * Gets the type url for Unpublish
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Unpublish {

        /** Properties of an Unpublish. */
        interface $Properties {

            /** Unpublish trackId */
            trackId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Unpublish. */
        type $Shape = meridian.Unpublish.$Properties;
    }

    /**
     * Properties of a SetTrackMuted.
     * @deprecated Use meridian.SetTrackMuted.$Properties instead.
     */
    interface ISetTrackMuted extends meridian.SetTrackMuted.$Properties {
    }

    /** Represents a SetTrackMuted. */
    class SetTrackMuted {

        /**
         * Constructs a new SetTrackMuted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SetTrackMuted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SetTrackMuted trackId. */
        trackId: string;

        /** SetTrackMuted muted. */
        muted: boolean;

        /**
         * Creates a new SetTrackMuted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SetTrackMuted instance
         */
        static create(properties: meridian.SetTrackMuted.$Shape): meridian.SetTrackMuted & meridian.SetTrackMuted.$Shape;
        static create(properties?: meridian.SetTrackMuted.$Properties): meridian.SetTrackMuted;

        /**
         * Encodes the specified SetTrackMuted message. Does not implicitly {@link meridian.SetTrackMuted.verify|verify} messages.
         * @param message SetTrackMuted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SetTrackMuted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SetTrackMuted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SetTrackMuted & meridian.SetTrackMuted.$Shape} SetTrackMuted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SetTrackMuted & meridian.SetTrackMuted.$Shape;

        /**
         * Gets the type url for SetTrackMuted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SetTrackMuted {

        /** Properties of a SetTrackMuted. */
        interface $Properties {

            /** SetTrackMuted trackId */
            trackId?: (string|null);

            /** SetTrackMuted muted */
            muted?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SetTrackMuted. */
        type $Shape = meridian.SetTrackMuted.$Properties;
    }

    /**
     * Properties of an UpdateSubscription.
     * @deprecated Use meridian.UpdateSubscription.$Properties instead.
     */
    interface IUpdateSubscription extends meridian.UpdateSubscription.$Properties {
    }

    /** Represents an UpdateSubscription. */
    class UpdateSubscription {

        /**
         * Constructs a new UpdateSubscription.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.UpdateSubscription.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** UpdateSubscription trackId. */
        trackId: string;

        /** UpdateSubscription subscribed. */
        subscribed: boolean;

        /** UpdateSubscription paused. */
        paused: boolean;

        /** UpdateSubscription spatialLayer. */
        spatialLayer?: (number|null);

        /** UpdateSubscription temporalLayer. */
        temporalLayer?: (number|null);

        /** UpdateSubscription priority. */
        priority: number;

        /**
         * Creates a new UpdateSubscription instance using the specified properties.
         * @param [properties] Properties to set
         * @returns UpdateSubscription instance
         */
        static create(properties: meridian.UpdateSubscription.$Shape): meridian.UpdateSubscription & meridian.UpdateSubscription.$Shape;
        static create(properties?: meridian.UpdateSubscription.$Properties): meridian.UpdateSubscription;

        /**
         * Encodes the specified UpdateSubscription message. Does not implicitly {@link meridian.UpdateSubscription.verify|verify} messages.
         * @param message UpdateSubscription message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.UpdateSubscription.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an UpdateSubscription message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.UpdateSubscription & meridian.UpdateSubscription.$Shape} UpdateSubscription
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.UpdateSubscription & meridian.UpdateSubscription.$Shape;

        /**
         * Gets the type url for UpdateSubscription
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace UpdateSubscription {

        /** Properties of an UpdateSubscription. */
        interface $Properties {

            /** UpdateSubscription trackId */
            trackId?: (string|null);

            /** UpdateSubscription subscribed */
            subscribed?: (boolean|null);

            /** UpdateSubscription paused */
            paused?: (boolean|null);

            /** UpdateSubscription spatialLayer */
            spatialLayer?: (number|null);

            /** UpdateSubscription temporalLayer */
            temporalLayer?: (number|null);

            /** UpdateSubscription priority */
            priority?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an UpdateSubscription. */
        type $Shape = meridian.UpdateSubscription.$Properties;
    }

    /**
     * Properties of a SubscriptionsReady.
     * @deprecated Use meridian.SubscriptionsReady.$Properties instead.
     */
    interface ISubscriptionsReady extends meridian.SubscriptionsReady.$Properties {
    }

    /** Represents a SubscriptionsReady. */
    class SubscriptionsReady {

        /**
         * Constructs a new SubscriptionsReady.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SubscriptionsReady.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SubscriptionsReady consumerIds. */
        consumerIds: string[];

        /**
         * Creates a new SubscriptionsReady instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SubscriptionsReady instance
         */
        static create(properties: meridian.SubscriptionsReady.$Shape): meridian.SubscriptionsReady & meridian.SubscriptionsReady.$Shape;
        static create(properties?: meridian.SubscriptionsReady.$Properties): meridian.SubscriptionsReady;

        /**
         * Encodes the specified SubscriptionsReady message. Does not implicitly {@link meridian.SubscriptionsReady.verify|verify} messages.
         * @param message SubscriptionsReady message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SubscriptionsReady.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SubscriptionsReady message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SubscriptionsReady & meridian.SubscriptionsReady.$Shape} SubscriptionsReady
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SubscriptionsReady & meridian.SubscriptionsReady.$Shape;

        /**
         * Gets the type url for SubscriptionsReady
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SubscriptionsReady {

        /** Properties of a SubscriptionsReady. */
        interface $Properties {

            /** SubscriptionsReady consumerIds */
            consumerIds?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SubscriptionsReady. */
        type $Shape = meridian.SubscriptionsReady.$Properties;
    }

    /**
     * Properties of a TrackMoveDone.
     * @deprecated Use meridian.TrackMoveDone.$Properties instead.
     */
    interface ITrackMoveDone extends meridian.TrackMoveDone.$Properties {
    }

    /** Represents a TrackMoveDone. */
    class TrackMoveDone {

        /**
         * Constructs a new TrackMoveDone.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TrackMoveDone.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TrackMoveDone trackId. */
        trackId: string;

        /** TrackMoveDone oldConsumerId. */
        oldConsumerId: string;

        /** TrackMoveDone trackEpoch. */
        trackEpoch: number;

        /**
         * Creates a new TrackMoveDone instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TrackMoveDone instance
         */
        static create(properties: meridian.TrackMoveDone.$Shape): meridian.TrackMoveDone & meridian.TrackMoveDone.$Shape;
        static create(properties?: meridian.TrackMoveDone.$Properties): meridian.TrackMoveDone;

        /**
         * Encodes the specified TrackMoveDone message. Does not implicitly {@link meridian.TrackMoveDone.verify|verify} messages.
         * @param message TrackMoveDone message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TrackMoveDone.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TrackMoveDone message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TrackMoveDone & meridian.TrackMoveDone.$Shape} TrackMoveDone
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TrackMoveDone & meridian.TrackMoveDone.$Shape;

        /**
         * Gets the type url for TrackMoveDone
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TrackMoveDone {

        /** Properties of a TrackMoveDone. */
        interface $Properties {

            /** TrackMoveDone trackId */
            trackId?: (string|null);

            /** TrackMoveDone oldConsumerId */
            oldConsumerId?: (string|null);

            /** TrackMoveDone trackEpoch */
            trackEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TrackMoveDone. */
        type $Shape = meridian.TrackMoveDone.$Properties;
    }

    /**
     * Properties of a SendData.
     * @deprecated Use meridian.SendData.$Properties instead.
     */
    interface ISendData extends meridian.SendData.$Properties {
    }

    /** Represents a SendData. */
    class SendData {

        /**
         * Constructs a new SendData.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SendData.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SendData payload. */
        payload: Uint8Array;

        /** SendData topic. */
        topic: string;

        /** SendData lossy. */
        lossy: boolean;

        /** SendData destinationSessionIds. */
        destinationSessionIds: string[];

        /**
         * Creates a new SendData instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SendData instance
         */
        static create(properties: meridian.SendData.$Shape): meridian.SendData & meridian.SendData.$Shape;
        static create(properties?: meridian.SendData.$Properties): meridian.SendData;

        /**
         * Encodes the specified SendData message. Does not implicitly {@link meridian.SendData.verify|verify} messages.
         * @param message SendData message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SendData.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SendData message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SendData & meridian.SendData.$Shape} SendData
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SendData & meridian.SendData.$Shape;

        /**
         * Gets the type url for SendData
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SendData {

        /** Properties of a SendData. */
        interface $Properties {

            /** SendData payload */
            payload?: (Uint8Array|null);

            /** SendData topic */
            topic?: (string|null);

            /** SendData lossy */
            lossy?: (boolean|null);

            /** SendData destinationSessionIds */
            destinationSessionIds?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SendData. */
        type $Shape = meridian.SendData.$Properties;
    }

    /**
     * Properties of a RestartIce.
     * @deprecated Use meridian.RestartIce.$Properties instead.
     */
    interface IRestartIce extends meridian.RestartIce.$Properties {
    }

    /** Represents a RestartIce. */
    class RestartIce {

        /**
         * Constructs a new RestartIce.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RestartIce.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RestartIce transportId. */
        transportId: string;

        /**
         * Creates a new RestartIce instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RestartIce instance
         */
        static create(properties: meridian.RestartIce.$Shape): meridian.RestartIce & meridian.RestartIce.$Shape;
        static create(properties?: meridian.RestartIce.$Properties): meridian.RestartIce;

        /**
         * Encodes the specified RestartIce message. Does not implicitly {@link meridian.RestartIce.verify|verify} messages.
         * @param message RestartIce message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RestartIce.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RestartIce message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RestartIce & meridian.RestartIce.$Shape} RestartIce
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RestartIce & meridian.RestartIce.$Shape;

        /**
         * Gets the type url for RestartIce
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RestartIce {

        /** Properties of a RestartIce. */
        interface $Properties {

            /** RestartIce transportId */
            transportId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RestartIce. */
        type $Shape = meridian.RestartIce.$Properties;
    }

    /**
     * Properties of a ConnectTransport.
     * @deprecated Use meridian.ConnectTransport.$Properties instead.
     */
    interface IConnectTransport extends meridian.ConnectTransport.$Properties {
    }

    /** Represents a ConnectTransport. */
    class ConnectTransport {

        /**
         * Constructs a new ConnectTransport.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ConnectTransport.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ConnectTransport transportId. */
        transportId: string;

        /** ConnectTransport fingerprint. */
        fingerprint?: (meridian.DtlsFingerprint.$Properties|null);

        /**
         * Creates a new ConnectTransport instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ConnectTransport instance
         */
        static create(properties: meridian.ConnectTransport.$Shape): meridian.ConnectTransport & meridian.ConnectTransport.$Shape;
        static create(properties?: meridian.ConnectTransport.$Properties): meridian.ConnectTransport;

        /**
         * Encodes the specified ConnectTransport message. Does not implicitly {@link meridian.ConnectTransport.verify|verify} messages.
         * @param message ConnectTransport message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ConnectTransport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ConnectTransport message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ConnectTransport & meridian.ConnectTransport.$Shape} ConnectTransport
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ConnectTransport & meridian.ConnectTransport.$Shape;

        /**
         * Gets the type url for ConnectTransport
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ConnectTransport {

        /** Properties of a ConnectTransport. */
        interface $Properties {

            /** ConnectTransport transportId */
            transportId?: (string|null);

            /** ConnectTransport fingerprint */
            fingerprint?: (meridian.DtlsFingerprint.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ConnectTransport. */
        type $Shape = meridian.ConnectTransport.$Properties;
    }

    /**
     * Properties of an UpdateRoom.
     * @deprecated Use meridian.UpdateRoom.$Properties instead.
     */
    interface IUpdateRoom extends meridian.UpdateRoom.$Properties {
    }

    /** Represents an UpdateRoom. */
    class UpdateRoom {

        /**
         * Constructs a new UpdateRoom.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.UpdateRoom.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** UpdateRoom metadata. */
        metadata: string;

        /** UpdateRoom expectedVersion. */
        expectedVersion?: (number|null);

        /**
         * Creates a new UpdateRoom instance using the specified properties.
         * @param [properties] Properties to set
         * @returns UpdateRoom instance
         */
        static create(properties: meridian.UpdateRoom.$Shape): meridian.UpdateRoom & meridian.UpdateRoom.$Shape;
        static create(properties?: meridian.UpdateRoom.$Properties): meridian.UpdateRoom;

        /**
         * Encodes the specified UpdateRoom message. Does not implicitly {@link meridian.UpdateRoom.verify|verify} messages.
         * @param message UpdateRoom message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.UpdateRoom.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an UpdateRoom message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.UpdateRoom & meridian.UpdateRoom.$Shape} UpdateRoom
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.UpdateRoom & meridian.UpdateRoom.$Shape;

        /**
         * Gets the type url for UpdateRoom
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace UpdateRoom {

        /** Properties of an UpdateRoom. */
        interface $Properties {

            /** UpdateRoom metadata */
            metadata?: (string|null);

            /** UpdateRoom expectedVersion */
            expectedVersion?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an UpdateRoom. */
        type $Shape = meridian.UpdateRoom.$Properties;
    }

    /**
     * Properties of an IceRestarted.
     * @deprecated Use meridian.IceRestarted.$Properties instead.
     */
    interface IIceRestarted extends meridian.IceRestarted.$Properties {
    }

    /** Represents an IceRestarted. */
    class IceRestarted {

        /**
         * Constructs a new IceRestarted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.IceRestarted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IceRestarted transportId. */
        transportId: string;

        /** IceRestarted iceParameters. */
        iceParameters?: (meridian.IceParameters.$Properties|null);

        /**
         * Creates a new IceRestarted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns IceRestarted instance
         */
        static create(properties: meridian.IceRestarted.$Shape): meridian.IceRestarted & meridian.IceRestarted.$Shape;
        static create(properties?: meridian.IceRestarted.$Properties): meridian.IceRestarted;

        /**
         * Encodes the specified IceRestarted message. Does not implicitly {@link meridian.IceRestarted.verify|verify} messages.
         * @param message IceRestarted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.IceRestarted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IceRestarted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.IceRestarted & meridian.IceRestarted.$Shape} IceRestarted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.IceRestarted & meridian.IceRestarted.$Shape;

        /**
         * Gets the type url for IceRestarted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace IceRestarted {

        /** Properties of an IceRestarted. */
        interface $Properties {

            /** IceRestarted transportId */
            transportId?: (string|null);

            /** IceRestarted iceParameters */
            iceParameters?: (meridian.IceParameters.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IceRestarted. */
        type $Shape = meridian.IceRestarted.$Properties;
    }

    /**
     * Properties of a Kick.
     * @deprecated Use meridian.Kick.$Properties instead.
     */
    interface IKick extends meridian.Kick.$Properties {
    }

    /** Represents a Kick. */
    class Kick {

        /**
         * Constructs a new Kick.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Kick.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Kick sessionId. */
        sessionId: string;

        /** Kick reason. */
        reason: string;

        /**
         * Creates a new Kick instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Kick instance
         */
        static create(properties: meridian.Kick.$Shape): meridian.Kick & meridian.Kick.$Shape;
        static create(properties?: meridian.Kick.$Properties): meridian.Kick;

        /**
         * Encodes the specified Kick message. Does not implicitly {@link meridian.Kick.verify|verify} messages.
         * @param message Kick message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Kick.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Kick message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Kick & meridian.Kick.$Shape} Kick
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Kick & meridian.Kick.$Shape;

        /**
         * Gets the type url for Kick
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Kick {

        /** Properties of a Kick. */
        interface $Properties {

            /** Kick sessionId */
            sessionId?: (string|null);

            /** Kick reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Kick. */
        type $Shape = meridian.Kick.$Properties;
    }

    /**
     * Properties of a MuteParticipant.
     * @deprecated Use meridian.MuteParticipant.$Properties instead.
     */
    interface IMuteParticipant extends meridian.MuteParticipant.$Properties {
    }

    /** Represents a MuteParticipant. */
    class MuteParticipant {

        /**
         * Constructs a new MuteParticipant.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.MuteParticipant.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** MuteParticipant sessionId. */
        sessionId: string;

        /** MuteParticipant trackId. */
        trackId: string;

        /**
         * Creates a new MuteParticipant instance using the specified properties.
         * @param [properties] Properties to set
         * @returns MuteParticipant instance
         */
        static create(properties: meridian.MuteParticipant.$Shape): meridian.MuteParticipant & meridian.MuteParticipant.$Shape;
        static create(properties?: meridian.MuteParticipant.$Properties): meridian.MuteParticipant;

        /**
         * Encodes the specified MuteParticipant message. Does not implicitly {@link meridian.MuteParticipant.verify|verify} messages.
         * @param message MuteParticipant message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.MuteParticipant.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MuteParticipant message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.MuteParticipant & meridian.MuteParticipant.$Shape} MuteParticipant
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.MuteParticipant & meridian.MuteParticipant.$Shape;

        /**
         * Gets the type url for MuteParticipant
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace MuteParticipant {

        /** Properties of a MuteParticipant. */
        interface $Properties {

            /** MuteParticipant sessionId */
            sessionId?: (string|null);

            /** MuteParticipant trackId */
            trackId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a MuteParticipant. */
        type $Shape = meridian.MuteParticipant.$Properties;
    }

    /**
     * Properties of an UpdateSelf.
     * @deprecated Use meridian.UpdateSelf.$Properties instead.
     */
    interface IUpdateSelf extends meridian.UpdateSelf.$Properties {
    }

    /** Represents an UpdateSelf. */
    class UpdateSelf {

        /**
         * Constructs a new UpdateSelf.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.UpdateSelf.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** UpdateSelf name. */
        name?: (string|null);

        /** UpdateSelf metadata. */
        metadata?: (string|null);

        /** UpdateSelf attributes. */
        attributes: { [k: string]: string };

        /**
         * Creates a new UpdateSelf instance using the specified properties.
         * @param [properties] Properties to set
         * @returns UpdateSelf instance
         */
        static create(properties: meridian.UpdateSelf.$Shape): meridian.UpdateSelf & meridian.UpdateSelf.$Shape;
        static create(properties?: meridian.UpdateSelf.$Properties): meridian.UpdateSelf;

        /**
         * Encodes the specified UpdateSelf message. Does not implicitly {@link meridian.UpdateSelf.verify|verify} messages.
         * @param message UpdateSelf message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.UpdateSelf.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an UpdateSelf message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.UpdateSelf & meridian.UpdateSelf.$Shape} UpdateSelf
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.UpdateSelf & meridian.UpdateSelf.$Shape;

        /**
         * Gets the type url for UpdateSelf
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace UpdateSelf {

        /** Properties of an UpdateSelf. */
        interface $Properties {

            /** UpdateSelf name */
            name?: (string|null);

            /** UpdateSelf metadata */
            metadata?: (string|null);

            /** UpdateSelf attributes */
            attributes?: ({ [k: string]: string }|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an UpdateSelf. */
        type $Shape = meridian.UpdateSelf.$Properties;
    }

    /**
     * Properties of a Leave.
     * @deprecated Use meridian.Leave.$Properties instead.
     */
    interface ILeave extends meridian.Leave.$Properties {
    }

    /** Represents a Leave. */
    class Leave {

        /**
         * Constructs a new Leave.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Leave.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Leave reason. */
        reason: string;

        /**
         * Creates a new Leave instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Leave instance
         */
        static create(properties: meridian.Leave.$Shape): meridian.Leave & meridian.Leave.$Shape;
        static create(properties?: meridian.Leave.$Properties): meridian.Leave;

        /**
         * Encodes the specified Leave message. Does not implicitly {@link meridian.Leave.verify|verify} messages.
         * @param message Leave message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Leave.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Leave message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Leave & meridian.Leave.$Shape} Leave
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Leave & meridian.Leave.$Shape;

        /**
         * Gets the type url for Leave
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Leave {

        /** Properties of a Leave. */
        interface $Properties {

            /** Leave reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Leave. */
        type $Shape = meridian.Leave.$Properties;
    }

    /**
     * Properties of a Ping.
     * @deprecated Use meridian.Ping.$Properties instead.
     */
    interface IPing extends meridian.Ping.$Properties {
    }

    /** Represents a Ping. */
    class Ping {

        /**
         * Constructs a new Ping.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Ping.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Ping sentMs. */
        sentMs: number;

        /** Ping rttMs. */
        rttMs: number;

        /**
         * Creates a new Ping instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Ping instance
         */
        static create(properties: meridian.Ping.$Shape): meridian.Ping & meridian.Ping.$Shape;
        static create(properties?: meridian.Ping.$Properties): meridian.Ping;

        /**
         * Encodes the specified Ping message. Does not implicitly {@link meridian.Ping.verify|verify} messages.
         * @param message Ping message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Ping.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Ping message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Ping & meridian.Ping.$Shape} Ping
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Ping & meridian.Ping.$Shape;

        /**
         * Gets the type url for Ping
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Ping {

        /** Properties of a Ping. */
        interface $Properties {

            /** Ping sentMs */
            sentMs?: (number|null);

            /** Ping rttMs */
            rttMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Ping. */
        type $Shape = meridian.Ping.$Properties;
    }

    /**
     * Properties of a Pong.
     * @deprecated Use meridian.Pong.$Properties instead.
     */
    interface IPong extends meridian.Pong.$Properties {
    }

    /** Represents a Pong. */
    class Pong {

        /**
         * Constructs a new Pong.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Pong.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Pong sentMs. */
        sentMs: number;

        /**
         * Creates a new Pong instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Pong instance
         */
        static create(properties: meridian.Pong.$Shape): meridian.Pong & meridian.Pong.$Shape;
        static create(properties?: meridian.Pong.$Properties): meridian.Pong;

        /**
         * Encodes the specified Pong message. Does not implicitly {@link meridian.Pong.verify|verify} messages.
         * @param message Pong message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Pong.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Pong message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Pong & meridian.Pong.$Shape} Pong
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Pong & meridian.Pong.$Shape;

        /**
         * Gets the type url for Pong
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Pong {

        /** Properties of a Pong. */
        interface $Properties {

            /** Pong sentMs */
            sentMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Pong. */
        type $Shape = meridian.Pong.$Properties;
    }

    /**
     * Properties of an EchoTimes.
     * @deprecated Use meridian.EchoTimes.$Properties instead.
     */
    interface IEchoTimes extends meridian.EchoTimes.$Properties {
    }

    /** Represents an EchoTimes. */
    class EchoTimes {

        /**
         * Constructs a new EchoTimes.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.EchoTimes.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** EchoTimes times. */
        times: meridian.EchoTime.$Properties[];

        /**
         * Creates a new EchoTimes instance using the specified properties.
         * @param [properties] Properties to set
         * @returns EchoTimes instance
         */
        static create(properties: meridian.EchoTimes.$Shape): meridian.EchoTimes & meridian.EchoTimes.$Shape;
        static create(properties?: meridian.EchoTimes.$Properties): meridian.EchoTimes;

        /**
         * Encodes the specified EchoTimes message. Does not implicitly {@link meridian.EchoTimes.verify|verify} messages.
         * @param message EchoTimes message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.EchoTimes.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an EchoTimes message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.EchoTimes & meridian.EchoTimes.$Shape} EchoTimes
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.EchoTimes & meridian.EchoTimes.$Shape;

        /**
         * Gets the type url for EchoTimes
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace EchoTimes {

        /** Properties of an EchoTimes. */
        interface $Properties {

            /** EchoTimes times */
            times?: (meridian.EchoTime.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an EchoTimes. */
        type $Shape = meridian.EchoTimes.$Properties;
    }

    /**
     * Properties of a MoveReady.
     * @deprecated Use meridian.MoveReady.$Properties instead.
     */
    interface IMoveReady extends meridian.MoveReady.$Properties {
    }

    /** Represents a MoveReady. */
    class MoveReady {

        /**
         * Constructs a new MoveReady.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.MoveReady.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** MoveReady moveId. */
        moveId: string;

        /** MoveReady ok. */
        ok: boolean;

        /** MoveReady code. */
        code: string;

        /**
         * Creates a new MoveReady instance using the specified properties.
         * @param [properties] Properties to set
         * @returns MoveReady instance
         */
        static create(properties: meridian.MoveReady.$Shape): meridian.MoveReady & meridian.MoveReady.$Shape;
        static create(properties?: meridian.MoveReady.$Properties): meridian.MoveReady;

        /**
         * Encodes the specified MoveReady message. Does not implicitly {@link meridian.MoveReady.verify|verify} messages.
         * @param message MoveReady message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.MoveReady.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MoveReady message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.MoveReady & meridian.MoveReady.$Shape} MoveReady
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.MoveReady & meridian.MoveReady.$Shape;

        /**
         * Gets the type url for MoveReady
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace MoveReady {

        /** Properties of a MoveReady. */
        interface $Properties {

            /** MoveReady moveId */
            moveId?: (string|null);

            /** MoveReady ok */
            ok?: (boolean|null);

            /** MoveReady code */
            code?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a MoveReady. */
        type $Shape = meridian.MoveReady.$Properties;
    }

    /**
     * Properties of a RenditionRefused.
     * @deprecated Use meridian.RenditionRefused.$Properties instead.
     */
    interface IRenditionRefused extends meridian.RenditionRefused.$Properties {
    }

    /** Represents a RenditionRefused. */
    class RenditionRefused {

        /**
         * Constructs a new RenditionRefused.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RenditionRefused.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RenditionRefused trackId. */
        trackId: string;

        /** RenditionRefused mimeType. */
        mimeType: string;

        /** RenditionRefused code. */
        code: string;

        /**
         * Creates a new RenditionRefused instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RenditionRefused instance
         */
        static create(properties: meridian.RenditionRefused.$Shape): meridian.RenditionRefused & meridian.RenditionRefused.$Shape;
        static create(properties?: meridian.RenditionRefused.$Properties): meridian.RenditionRefused;

        /**
         * Encodes the specified RenditionRefused message. Does not implicitly {@link meridian.RenditionRefused.verify|verify} messages.
         * @param message RenditionRefused message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RenditionRefused.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RenditionRefused message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RenditionRefused & meridian.RenditionRefused.$Shape} RenditionRefused
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RenditionRefused & meridian.RenditionRefused.$Shape;

        /**
         * Gets the type url for RenditionRefused
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RenditionRefused {

        /** Properties of a RenditionRefused. */
        interface $Properties {

            /** RenditionRefused trackId */
            trackId?: (string|null);

            /** RenditionRefused mimeType */
            mimeType?: (string|null);

            /** RenditionRefused code */
            code?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RenditionRefused. */
        type $Shape = meridian.RenditionRefused.$Properties;
    }

    /**
     * Properties of a Member.
     * @deprecated Use meridian.Member.$Properties instead.
     */
    interface IMember extends meridian.Member.$Properties {
    }

    /** Represents a Member. */
    class Member {

        /**
         * Constructs a new Member.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Member.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Member identity. */
        identity: string;

        /** Member role. */
        role: string;

        /** Member canPublish. */
        canPublish?: (boolean|null);

        /** Member canSubscribe. */
        canSubscribe?: (boolean|null);

        /** Member canPublishData. */
        canPublishData?: (boolean|null);

        /** Member reset. */
        reset: boolean;

        /**
         * Creates a new Member instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Member instance
         */
        static create(properties: meridian.Member.$Shape): meridian.Member & meridian.Member.$Shape;
        static create(properties?: meridian.Member.$Properties): meridian.Member;

        /**
         * Encodes the specified Member message. Does not implicitly {@link meridian.Member.verify|verify} messages.
         * @param message Member message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Member.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Member message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Member & meridian.Member.$Shape} Member
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Member & meridian.Member.$Shape;

        /**
         * Gets the type url for Member
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Member {

        /** Properties of a Member. */
        interface $Properties {

            /** Member identity */
            identity?: (string|null);

            /** Member role */
            role?: (string|null);

            /** Member canPublish */
            canPublish?: (boolean|null);

            /** Member canSubscribe */
            canSubscribe?: (boolean|null);

            /** Member canPublishData */
            canPublishData?: (boolean|null);

            /** Member reset */
            reset?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Member. */
        type $Shape = meridian.Member.$Properties;
    }

    /**
     * Properties of an ActRemove.
     * @deprecated Use meridian.ActRemove.$Properties instead.
     */
    interface IActRemove extends meridian.ActRemove.$Properties {
    }

    /** Represents an ActRemove. */
    class ActRemove {

        /**
         * Constructs a new ActRemove.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ActRemove.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ActRemove identity. */
        identity: string;

        /** ActRemove reason. */
        reason: string;

        /** ActRemove banS. */
        banS: number;

        /** ActRemove forever. */
        forever: boolean;

        /**
         * Creates a new ActRemove instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ActRemove instance
         */
        static create(properties: meridian.ActRemove.$Shape): meridian.ActRemove & meridian.ActRemove.$Shape;
        static create(properties?: meridian.ActRemove.$Properties): meridian.ActRemove;

        /**
         * Encodes the specified ActRemove message. Does not implicitly {@link meridian.ActRemove.verify|verify} messages.
         * @param message ActRemove message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ActRemove.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ActRemove message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ActRemove & meridian.ActRemove.$Shape} ActRemove
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ActRemove & meridian.ActRemove.$Shape;

        /**
         * Gets the type url for ActRemove
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ActRemove {

        /** Properties of an ActRemove. */
        interface $Properties {

            /** ActRemove identity */
            identity?: (string|null);

            /** ActRemove reason */
            reason?: (string|null);

            /** ActRemove banS */
            banS?: (number|null);

            /** ActRemove forever */
            forever?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ActRemove. */
        type $Shape = meridian.ActRemove.$Properties;
    }

    /**
     * Properties of an ActUnban.
     * @deprecated Use meridian.ActUnban.$Properties instead.
     */
    interface IActUnban extends meridian.ActUnban.$Properties {
    }

    /** Represents an ActUnban. */
    class ActUnban {

        /**
         * Constructs a new ActUnban.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ActUnban.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ActUnban identity. */
        identity: string;

        /**
         * Creates a new ActUnban instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ActUnban instance
         */
        static create(properties: meridian.ActUnban.$Shape): meridian.ActUnban & meridian.ActUnban.$Shape;
        static create(properties?: meridian.ActUnban.$Properties): meridian.ActUnban;

        /**
         * Encodes the specified ActUnban message. Does not implicitly {@link meridian.ActUnban.verify|verify} messages.
         * @param message ActUnban message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ActUnban.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ActUnban message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ActUnban & meridian.ActUnban.$Shape} ActUnban
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ActUnban & meridian.ActUnban.$Shape;

        /**
         * Gets the type url for ActUnban
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ActUnban {

        /** Properties of an ActUnban. */
        interface $Properties {

            /** ActUnban identity */
            identity?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ActUnban. */
        type $Shape = meridian.ActUnban.$Properties;
    }

    /**
     * Properties of an ActMute.
     * @deprecated Use meridian.ActMute.$Properties instead.
     */
    interface IActMute extends meridian.ActMute.$Properties {
    }

    /** Represents an ActMute. */
    class ActMute {

        /**
         * Constructs a new ActMute.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ActMute.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ActMute identity. */
        identity: string;

        /** ActMute trackId. */
        trackId: string;

        /** ActMute source. */
        source: meridian.TrackSource;

        /** ActMute allSources. */
        allSources: boolean;

        /** ActMute everybody. */
        everybody: boolean;

        /**
         * Creates a new ActMute instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ActMute instance
         */
        static create(properties: meridian.ActMute.$Shape): meridian.ActMute & meridian.ActMute.$Shape;
        static create(properties?: meridian.ActMute.$Properties): meridian.ActMute;

        /**
         * Encodes the specified ActMute message. Does not implicitly {@link meridian.ActMute.verify|verify} messages.
         * @param message ActMute message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ActMute.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ActMute message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ActMute & meridian.ActMute.$Shape} ActMute
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ActMute & meridian.ActMute.$Shape;

        /**
         * Gets the type url for ActMute
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ActMute {

        /** Properties of an ActMute. */
        interface $Properties {

            /** ActMute identity */
            identity?: (string|null);

            /** ActMute trackId */
            trackId?: (string|null);

            /** ActMute source */
            source?: (meridian.TrackSource|null);

            /** ActMute allSources */
            allSources?: (boolean|null);

            /** ActMute everybody */
            everybody?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ActMute. */
        type $Shape = meridian.ActMute.$Properties;
    }

    /**
     * Properties of an ActAskUnmute.
     * @deprecated Use meridian.ActAskUnmute.$Properties instead.
     */
    interface IActAskUnmute extends meridian.ActAskUnmute.$Properties {
    }

    /** Represents an ActAskUnmute. */
    class ActAskUnmute {

        /**
         * Constructs a new ActAskUnmute.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ActAskUnmute.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ActAskUnmute identity. */
        identity: string;

        /** ActAskUnmute source. */
        source: meridian.TrackSource;

        /**
         * Creates a new ActAskUnmute instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ActAskUnmute instance
         */
        static create(properties: meridian.ActAskUnmute.$Shape): meridian.ActAskUnmute & meridian.ActAskUnmute.$Shape;
        static create(properties?: meridian.ActAskUnmute.$Properties): meridian.ActAskUnmute;

        /**
         * Encodes the specified ActAskUnmute message. Does not implicitly {@link meridian.ActAskUnmute.verify|verify} messages.
         * @param message ActAskUnmute message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ActAskUnmute.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ActAskUnmute message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ActAskUnmute & meridian.ActAskUnmute.$Shape} ActAskUnmute
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ActAskUnmute & meridian.ActAskUnmute.$Shape;

        /**
         * Gets the type url for ActAskUnmute
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ActAskUnmute {

        /** Properties of an ActAskUnmute. */
        interface $Properties {

            /** ActAskUnmute identity */
            identity?: (string|null);

            /** ActAskUnmute source */
            source?: (meridian.TrackSource|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ActAskUnmute. */
        type $Shape = meridian.ActAskUnmute.$Properties;
    }

    /**
     * Properties of an ActSetRoom.
     * @deprecated Use meridian.ActSetRoom.$Properties instead.
     */
    interface IActSetRoom extends meridian.ActSetRoom.$Properties {
    }

    /** Represents an ActSetRoom. */
    class ActSetRoom {

        /**
         * Constructs a new ActSetRoom.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ActSetRoom.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ActSetRoom lobby. */
        lobby?: (boolean|null);

        /** ActSetRoom locked. */
        locked?: (boolean|null);

        /** ActSetRoom capacity. */
        capacity?: (number|null);

        /** ActSetRoom spotlight. */
        spotlight: string[];

        /** ActSetRoom setSpotlight. */
        setSpotlight: boolean;

        /** ActSetRoom endsWallMs. */
        endsWallMs?: (number|null);

        /** ActSetRoom emptyTimeoutMs. */
        emptyTimeoutMs?: (number|null);

        /** ActSetRoom hardEnd. */
        hardEnd?: (boolean|null);

        /**
         * Creates a new ActSetRoom instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ActSetRoom instance
         */
        static create(properties: meridian.ActSetRoom.$Shape): meridian.ActSetRoom & meridian.ActSetRoom.$Shape;
        static create(properties?: meridian.ActSetRoom.$Properties): meridian.ActSetRoom;

        /**
         * Encodes the specified ActSetRoom message. Does not implicitly {@link meridian.ActSetRoom.verify|verify} messages.
         * @param message ActSetRoom message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ActSetRoom.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ActSetRoom message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ActSetRoom & meridian.ActSetRoom.$Shape} ActSetRoom
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ActSetRoom & meridian.ActSetRoom.$Shape;

        /**
         * Gets the type url for ActSetRoom
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ActSetRoom {

        /** Properties of an ActSetRoom. */
        interface $Properties {

            /** ActSetRoom lobby */
            lobby?: (boolean|null);

            /** ActSetRoom locked */
            locked?: (boolean|null);

            /** ActSetRoom capacity */
            capacity?: (number|null);

            /** ActSetRoom spotlight */
            spotlight?: (string[]|null);

            /** ActSetRoom setSpotlight */
            setSpotlight?: (boolean|null);

            /** ActSetRoom endsWallMs */
            endsWallMs?: (number|null);

            /** ActSetRoom emptyTimeoutMs */
            emptyTimeoutMs?: (number|null);

            /** ActSetRoom hardEnd */
            hardEnd?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ActSetRoom. */
        type $Shape = meridian.ActSetRoom.$Properties;
    }

    /**
     * Properties of an ActSetMetadata.
     * @deprecated Use meridian.ActSetMetadata.$Properties instead.
     */
    interface IActSetMetadata extends meridian.ActSetMetadata.$Properties {
    }

    /** Represents an ActSetMetadata. */
    class ActSetMetadata {

        /**
         * Constructs a new ActSetMetadata.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ActSetMetadata.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ActSetMetadata metadata. */
        metadata: string;

        /** ActSetMetadata expectedVersion. */
        expectedVersion?: (number|null);

        /**
         * Creates a new ActSetMetadata instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ActSetMetadata instance
         */
        static create(properties: meridian.ActSetMetadata.$Shape): meridian.ActSetMetadata & meridian.ActSetMetadata.$Shape;
        static create(properties?: meridian.ActSetMetadata.$Properties): meridian.ActSetMetadata;

        /**
         * Encodes the specified ActSetMetadata message. Does not implicitly {@link meridian.ActSetMetadata.verify|verify} messages.
         * @param message ActSetMetadata message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ActSetMetadata.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ActSetMetadata message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ActSetMetadata & meridian.ActSetMetadata.$Shape} ActSetMetadata
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ActSetMetadata & meridian.ActSetMetadata.$Shape;

        /**
         * Gets the type url for ActSetMetadata
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ActSetMetadata {

        /** Properties of an ActSetMetadata. */
        interface $Properties {

            /** ActSetMetadata metadata */
            metadata?: (string|null);

            /** ActSetMetadata expectedVersion */
            expectedVersion?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ActSetMetadata. */
        type $Shape = meridian.ActSetMetadata.$Properties;
    }

    /**
     * Properties of an ActUpdate.
     * @deprecated Use meridian.ActUpdate.$Properties instead.
     */
    interface IActUpdate extends meridian.ActUpdate.$Properties {
    }

    /** Represents an ActUpdate. */
    class ActUpdate {

        /**
         * Constructs a new ActUpdate.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ActUpdate.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ActUpdate identity. */
        identity: string;

        /** ActUpdate name. */
        name?: (string|null);

        /** ActUpdate metadata. */
        metadata?: (string|null);

        /** ActUpdate attributes. */
        attributes: { [k: string]: string };

        /**
         * Creates a new ActUpdate instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ActUpdate instance
         */
        static create(properties: meridian.ActUpdate.$Shape): meridian.ActUpdate & meridian.ActUpdate.$Shape;
        static create(properties?: meridian.ActUpdate.$Properties): meridian.ActUpdate;

        /**
         * Encodes the specified ActUpdate message. Does not implicitly {@link meridian.ActUpdate.verify|verify} messages.
         * @param message ActUpdate message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ActUpdate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ActUpdate message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ActUpdate & meridian.ActUpdate.$Shape} ActUpdate
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ActUpdate & meridian.ActUpdate.$Shape;

        /**
         * Gets the type url for ActUpdate
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ActUpdate {

        /** Properties of an ActUpdate. */
        interface $Properties {

            /** ActUpdate identity */
            identity?: (string|null);

            /** ActUpdate name */
            name?: (string|null);

            /** ActUpdate metadata */
            metadata?: (string|null);

            /** ActUpdate attributes */
            attributes?: ({ [k: string]: string }|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ActUpdate. */
        type $Shape = meridian.ActUpdate.$Properties;
    }

    /**
     * Properties of an ActAdmit.
     * @deprecated Use meridian.ActAdmit.$Properties instead.
     */
    interface IActAdmit extends meridian.ActAdmit.$Properties {
    }

    /** Represents an ActAdmit. */
    class ActAdmit {

        /**
         * Constructs a new ActAdmit.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ActAdmit.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ActAdmit waitIds. */
        waitIds: string[];

        /** ActAdmit all. */
        all: boolean;

        /** ActAdmit refused. */
        refused: boolean;

        /**
         * Creates a new ActAdmit instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ActAdmit instance
         */
        static create(properties: meridian.ActAdmit.$Shape): meridian.ActAdmit & meridian.ActAdmit.$Shape;
        static create(properties?: meridian.ActAdmit.$Properties): meridian.ActAdmit;

        /**
         * Encodes the specified ActAdmit message. Does not implicitly {@link meridian.ActAdmit.verify|verify} messages.
         * @param message ActAdmit message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ActAdmit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ActAdmit message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ActAdmit & meridian.ActAdmit.$Shape} ActAdmit
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ActAdmit & meridian.ActAdmit.$Shape;

        /**
         * Gets the type url for ActAdmit
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ActAdmit {

        /** Properties of an ActAdmit. */
        interface $Properties {

            /** ActAdmit waitIds */
            waitIds?: (string[]|null);

            /** ActAdmit all */
            all?: (boolean|null);

            /** ActAdmit refused */
            refused?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ActAdmit. */
        type $Shape = meridian.ActAdmit.$Properties;
    }

    /**
     * Properties of an ActHand.
     * @deprecated Use meridian.ActHand.$Properties instead.
     */
    interface IActHand extends meridian.ActHand.$Properties {
    }

    /** Represents an ActHand. */
    class ActHand {

        /**
         * Constructs a new ActHand.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ActHand.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ActHand identity. */
        identity: string;

        /** ActHand raised. */
        raised: boolean;

        /** ActHand everybody. */
        everybody: boolean;

        /**
         * Creates a new ActHand instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ActHand instance
         */
        static create(properties: meridian.ActHand.$Shape): meridian.ActHand & meridian.ActHand.$Shape;
        static create(properties?: meridian.ActHand.$Properties): meridian.ActHand;

        /**
         * Encodes the specified ActHand message. Does not implicitly {@link meridian.ActHand.verify|verify} messages.
         * @param message ActHand message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ActHand.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ActHand message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ActHand & meridian.ActHand.$Shape} ActHand
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ActHand & meridian.ActHand.$Shape;

        /**
         * Gets the type url for ActHand
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ActHand {

        /** Properties of an ActHand. */
        interface $Properties {

            /** ActHand identity */
            identity?: (string|null);

            /** ActHand raised */
            raised?: (boolean|null);

            /** ActHand everybody */
            everybody?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ActHand. */
        type $Shape = meridian.ActHand.$Properties;
    }

    /**
     * Properties of an ActData.
     * @deprecated Use meridian.ActData.$Properties instead.
     */
    interface IActData extends meridian.ActData.$Properties {
    }

    /** Represents an ActData. */
    class ActData {

        /**
         * Constructs a new ActData.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ActData.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ActData payload. */
        payload: Uint8Array;

        /** ActData topic. */
        topic: string;

        /** ActData lossy. */
        lossy: boolean;

        /** ActData identities. */
        identities: string[];

        /**
         * Creates a new ActData instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ActData instance
         */
        static create(properties: meridian.ActData.$Shape): meridian.ActData & meridian.ActData.$Shape;
        static create(properties?: meridian.ActData.$Properties): meridian.ActData;

        /**
         * Encodes the specified ActData message. Does not implicitly {@link meridian.ActData.verify|verify} messages.
         * @param message ActData message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ActData.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ActData message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ActData & meridian.ActData.$Shape} ActData
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ActData & meridian.ActData.$Shape;

        /**
         * Gets the type url for ActData
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ActData {

        /** Properties of an ActData. */
        interface $Properties {

            /** ActData payload */
            payload?: (Uint8Array|null);

            /** ActData topic */
            topic?: (string|null);

            /** ActData lossy */
            lossy?: (boolean|null);

            /** ActData identities */
            identities?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ActData. */
        type $Shape = meridian.ActData.$Properties;
    }

    /**
     * Properties of an ActEnd.
     * @deprecated Use meridian.ActEnd.$Properties instead.
     */
    interface IActEnd extends meridian.ActEnd.$Properties {
    }

    /** Represents an ActEnd. */
    class ActEnd {

        /**
         * Constructs a new ActEnd.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ActEnd.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ActEnd reason. */
        reason: string;

        /**
         * Creates a new ActEnd instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ActEnd instance
         */
        static create(properties: meridian.ActEnd.$Shape): meridian.ActEnd & meridian.ActEnd.$Shape;
        static create(properties?: meridian.ActEnd.$Properties): meridian.ActEnd;

        /**
         * Encodes the specified ActEnd message. Does not implicitly {@link meridian.ActEnd.verify|verify} messages.
         * @param message ActEnd message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ActEnd.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ActEnd message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ActEnd & meridian.ActEnd.$Shape} ActEnd
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ActEnd & meridian.ActEnd.$Shape;

        /**
         * Gets the type url for ActEnd
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ActEnd {

        /** Properties of an ActEnd. */
        interface $Properties {

            /** ActEnd reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ActEnd. */
        type $Shape = meridian.ActEnd.$Properties;
    }

    /**
     * Properties of a RoomAct.
     * @deprecated Use meridian.RoomAct.$Properties instead.
     */
    interface IRoomAct extends meridian.RoomAct.$Properties {
    }

    /** Represents a RoomAct. */
    class RoomAct {

        /**
         * Constructs a new RoomAct.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomAct.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomAct remove. */
        remove?: (meridian.ActRemove.$Properties|null);

        /** RoomAct unban. */
        unban?: (meridian.ActUnban.$Properties|null);

        /** RoomAct mute. */
        mute?: (meridian.ActMute.$Properties|null);

        /** RoomAct askUnmute. */
        askUnmute?: (meridian.ActAskUnmute.$Properties|null);

        /** RoomAct setRoom. */
        setRoom?: (meridian.ActSetRoom.$Properties|null);

        /** RoomAct member. */
        member?: (meridian.Member.$Properties|null);

        /** RoomAct metadata. */
        metadata?: (meridian.ActSetMetadata.$Properties|null);

        /** RoomAct update. */
        update?: (meridian.ActUpdate.$Properties|null);

        /** RoomAct admit. */
        admit?: (meridian.ActAdmit.$Properties|null);

        /** RoomAct hand. */
        hand?: (meridian.ActHand.$Properties|null);

        /** RoomAct data. */
        data?: (meridian.ActData.$Properties|null);

        /** RoomAct end. */
        end?: (meridian.ActEnd.$Properties|null);

        /** RoomAct body. */
        body?: ("remove"|"unban"|"mute"|"askUnmute"|"setRoom"|"member"|"metadata"|"update"|"admit"|"hand"|"data"|"end");

        /**
         * Creates a new RoomAct instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomAct instance
         */
        static create(properties: meridian.RoomAct.$Shape): meridian.RoomAct & meridian.RoomAct.$Shape;
        static create(properties?: meridian.RoomAct.$Properties): meridian.RoomAct;

        /**
         * Encodes the specified RoomAct message. Does not implicitly {@link meridian.RoomAct.verify|verify} messages.
         * @param message RoomAct message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomAct.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomAct message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomAct & meridian.RoomAct.$Shape} RoomAct
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomAct & meridian.RoomAct.$Shape;

        /**
         * Gets the type url for RoomAct
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomAct {

        /** Properties of a RoomAct. */
        interface $Properties {

            /** RoomAct remove */
            remove?: (meridian.ActRemove.$Properties|null);

            /** RoomAct unban */
            unban?: (meridian.ActUnban.$Properties|null);

            /** RoomAct mute */
            mute?: (meridian.ActMute.$Properties|null);

            /** RoomAct askUnmute */
            askUnmute?: (meridian.ActAskUnmute.$Properties|null);

            /** RoomAct setRoom */
            setRoom?: (meridian.ActSetRoom.$Properties|null);

            /** RoomAct member */
            member?: (meridian.Member.$Properties|null);

            /** RoomAct metadata */
            metadata?: (meridian.ActSetMetadata.$Properties|null);

            /** RoomAct update */
            update?: (meridian.ActUpdate.$Properties|null);

            /** RoomAct admit */
            admit?: (meridian.ActAdmit.$Properties|null);

            /** RoomAct hand */
            hand?: (meridian.ActHand.$Properties|null);

            /** RoomAct data */
            data?: (meridian.ActData.$Properties|null);

            /** RoomAct end */
            end?: (meridian.ActEnd.$Properties|null);

            /** RoomAct body */
            body?: ("remove"|"unban"|"mute"|"askUnmute"|"setRoom"|"member"|"metadata"|"update"|"admit"|"hand"|"data"|"end");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a RoomAct. */
        type $Shape = {
          remove?: meridian.ActRemove.$Shape|null;
          unban?: meridian.ActUnban.$Shape|null;
          mute?: meridian.ActMute.$Shape|null;
          askUnmute?: meridian.ActAskUnmute.$Shape|null;
          setRoom?: meridian.ActSetRoom.$Shape|null;
          member?: meridian.Member.$Shape|null;
          metadata?: meridian.ActSetMetadata.$Shape|null;
          update?: meridian.ActUpdate.$Shape|null;
          admit?: meridian.ActAdmit.$Shape|null;
          hand?: meridian.ActHand.$Shape|null;
          data?: meridian.ActData.$Shape|null;
          end?: meridian.ActEnd.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ body?: undefined; remove?: null; unban?: null; mute?: null; askUnmute?: null; setRoom?: null; member?: null; metadata?: null; update?: null; admit?: null; hand?: null; data?: null; end?: null }|{ body?: "remove"; remove: meridian.ActRemove.$Shape; unban?: null; mute?: null; askUnmute?: null; setRoom?: null; member?: null; metadata?: null; update?: null; admit?: null; hand?: null; data?: null; end?: null }|{ body?: "unban"; remove?: null; unban: meridian.ActUnban.$Shape; mute?: null; askUnmute?: null; setRoom?: null; member?: null; metadata?: null; update?: null; admit?: null; hand?: null; data?: null; end?: null }|{ body?: "mute"; remove?: null; unban?: null; mute: meridian.ActMute.$Shape; askUnmute?: null; setRoom?: null; member?: null; metadata?: null; update?: null; admit?: null; hand?: null; data?: null; end?: null }|{ body?: "askUnmute"; remove?: null; unban?: null; mute?: null; askUnmute: meridian.ActAskUnmute.$Shape; setRoom?: null; member?: null; metadata?: null; update?: null; admit?: null; hand?: null; data?: null; end?: null }|{ body?: "setRoom"; remove?: null; unban?: null; mute?: null; askUnmute?: null; setRoom: meridian.ActSetRoom.$Shape; member?: null; metadata?: null; update?: null; admit?: null; hand?: null; data?: null; end?: null }|{ body?: "member"; remove?: null; unban?: null; mute?: null; askUnmute?: null; setRoom?: null; member: meridian.Member.$Shape; metadata?: null; update?: null; admit?: null; hand?: null; data?: null; end?: null }|{ body?: "metadata"; remove?: null; unban?: null; mute?: null; askUnmute?: null; setRoom?: null; member?: null; metadata: meridian.ActSetMetadata.$Shape; update?: null; admit?: null; hand?: null; data?: null; end?: null }|{ body?: "update"; remove?: null; unban?: null; mute?: null; askUnmute?: null; setRoom?: null; member?: null; metadata?: null; update: meridian.ActUpdate.$Shape; admit?: null; hand?: null; data?: null; end?: null }|{ body?: "admit"; remove?: null; unban?: null; mute?: null; askUnmute?: null; setRoom?: null; member?: null; metadata?: null; update?: null; admit: meridian.ActAdmit.$Shape; hand?: null; data?: null; end?: null }|{ body?: "hand"; remove?: null; unban?: null; mute?: null; askUnmute?: null; setRoom?: null; member?: null; metadata?: null; update?: null; admit?: null; hand: meridian.ActHand.$Shape; data?: null; end?: null }|{ body?: "data"; remove?: null; unban?: null; mute?: null; askUnmute?: null; setRoom?: null; member?: null; metadata?: null; update?: null; admit?: null; hand?: null; data: meridian.ActData.$Shape; end?: null }|{ body?: "end"; remove?: null; unban?: null; mute?: null; askUnmute?: null; setRoom?: null; member?: null; metadata?: null; update?: null; admit?: null; hand?: null; data?: null; end: meridian.ActEnd.$Shape })
        );
    }

    /**
     * Properties of a Waiter.
     * @deprecated Use meridian.Waiter.$Properties instead.
     */
    interface IWaiter extends meridian.Waiter.$Properties {
    }

    /** Represents a Waiter. */
    class Waiter {

        /**
         * Constructs a new Waiter.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Waiter.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Waiter waitId. */
        waitId: string;

        /** Waiter identity. */
        identity: string;

        /** Waiter name. */
        name: string;

        /** Waiter sinceWallMs. */
        sinceWallMs: number;

        /**
         * Creates a new Waiter instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Waiter instance
         */
        static create(properties: meridian.Waiter.$Shape): meridian.Waiter & meridian.Waiter.$Shape;
        static create(properties?: meridian.Waiter.$Properties): meridian.Waiter;

        /**
         * Encodes the specified Waiter message. Does not implicitly {@link meridian.Waiter.verify|verify} messages.
         * @param message Waiter message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Waiter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Waiter message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Waiter & meridian.Waiter.$Shape} Waiter
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Waiter & meridian.Waiter.$Shape;

        /**
         * Gets the type url for Waiter
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Waiter {

        /** Properties of a Waiter. */
        interface $Properties {

            /** Waiter waitId */
            waitId?: (string|null);

            /** Waiter identity */
            identity?: (string|null);

            /** Waiter name */
            name?: (string|null);

            /** Waiter sinceWallMs */
            sinceWallMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Waiter. */
        type $Shape = meridian.Waiter.$Properties;
    }

    /**
     * Properties of a Waiting.
     * @deprecated Use meridian.Waiting.$Properties instead.
     */
    interface IWaiting extends meridian.Waiting.$Properties {
    }

    /** Represents a Waiting. */
    class Waiting {

        /**
         * Constructs a new Waiting.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Waiting.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Waiting reason. */
        reason: string;

        /** Waiting hosts. */
        hosts: number;

        /**
         * Creates a new Waiting instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Waiting instance
         */
        static create(properties: meridian.Waiting.$Shape): meridian.Waiting & meridian.Waiting.$Shape;
        static create(properties?: meridian.Waiting.$Properties): meridian.Waiting;

        /**
         * Encodes the specified Waiting message. Does not implicitly {@link meridian.Waiting.verify|verify} messages.
         * @param message Waiting message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Waiting.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Waiting message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Waiting & meridian.Waiting.$Shape} Waiting
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Waiting & meridian.Waiting.$Shape;

        /**
         * Gets the type url for Waiting
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Waiting {

        /** Properties of a Waiting. */
        interface $Properties {

            /** Waiting reason */
            reason?: (string|null);

            /** Waiting hosts */
            hosts?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Waiting. */
        type $Shape = meridian.Waiting.$Properties;
    }

    /**
     * Properties of a Lobby.
     * @deprecated Use meridian.Lobby.$Properties instead.
     */
    interface ILobby extends meridian.Lobby.$Properties {
    }

    /** Represents a Lobby. */
    class Lobby {

        /**
         * Constructs a new Lobby.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Lobby.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Lobby waiters. */
        waiters: meridian.Waiter.$Properties[];

        /** Lobby more. */
        more: number;

        /**
         * Creates a new Lobby instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Lobby instance
         */
        static create(properties: meridian.Lobby.$Shape): meridian.Lobby & meridian.Lobby.$Shape;
        static create(properties?: meridian.Lobby.$Properties): meridian.Lobby;

        /**
         * Encodes the specified Lobby message. Does not implicitly {@link meridian.Lobby.verify|verify} messages.
         * @param message Lobby message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Lobby.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Lobby message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Lobby & meridian.Lobby.$Shape} Lobby
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Lobby & meridian.Lobby.$Shape;

        /**
         * Gets the type url for Lobby
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Lobby {

        /** Properties of a Lobby. */
        interface $Properties {

            /** Lobby waiters */
            waiters?: (meridian.Waiter.$Properties[]|null);

            /** Lobby more */
            more?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Lobby. */
        type $Shape = meridian.Lobby.$Properties;
    }

    /**
     * Properties of an UnmuteAsked.
     * @deprecated Use meridian.UnmuteAsked.$Properties instead.
     */
    interface IUnmuteAsked extends meridian.UnmuteAsked.$Properties {
    }

    /** Represents an UnmuteAsked. */
    class UnmuteAsked {

        /**
         * Constructs a new UnmuteAsked.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.UnmuteAsked.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** UnmuteAsked byIdentity. */
        byIdentity: string;

        /** UnmuteAsked source. */
        source: meridian.TrackSource;

        /**
         * Creates a new UnmuteAsked instance using the specified properties.
         * @param [properties] Properties to set
         * @returns UnmuteAsked instance
         */
        static create(properties: meridian.UnmuteAsked.$Shape): meridian.UnmuteAsked & meridian.UnmuteAsked.$Shape;
        static create(properties?: meridian.UnmuteAsked.$Properties): meridian.UnmuteAsked;

        /**
         * Encodes the specified UnmuteAsked message. Does not implicitly {@link meridian.UnmuteAsked.verify|verify} messages.
         * @param message UnmuteAsked message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.UnmuteAsked.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an UnmuteAsked message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.UnmuteAsked & meridian.UnmuteAsked.$Shape} UnmuteAsked
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.UnmuteAsked & meridian.UnmuteAsked.$Shape;

        /**
         * Gets the type url for UnmuteAsked
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace UnmuteAsked {

        /** Properties of an UnmuteAsked. */
        interface $Properties {

            /** UnmuteAsked byIdentity */
            byIdentity?: (string|null);

            /** UnmuteAsked source */
            source?: (meridian.TrackSource|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an UnmuteAsked. */
        type $Shape = meridian.UnmuteAsked.$Properties;
    }

    /**
     * Properties of a RightsChanged.
     * @deprecated Use meridian.RightsChanged.$Properties instead.
     */
    interface IRightsChanged extends meridian.RightsChanged.$Properties {
    }

    /** Represents a RightsChanged. */
    class RightsChanged {

        /**
         * Constructs a new RightsChanged.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RightsChanged.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RightsChanged self. */
        self?: (meridian.ParticipantInfo.$Properties|null);

        /**
         * Creates a new RightsChanged instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RightsChanged instance
         */
        static create(properties: meridian.RightsChanged.$Shape): meridian.RightsChanged & meridian.RightsChanged.$Shape;
        static create(properties?: meridian.RightsChanged.$Properties): meridian.RightsChanged;

        /**
         * Encodes the specified RightsChanged message. Does not implicitly {@link meridian.RightsChanged.verify|verify} messages.
         * @param message RightsChanged message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RightsChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RightsChanged message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RightsChanged & meridian.RightsChanged.$Shape} RightsChanged
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RightsChanged & meridian.RightsChanged.$Shape;

        /**
         * Gets the type url for RightsChanged
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RightsChanged {

        /** Properties of a RightsChanged. */
        interface $Properties {

            /** RightsChanged self */
            self?: (meridian.ParticipantInfo.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RightsChanged. */
        type $Shape = meridian.RightsChanged.$Properties;
    }

    /**
     * Properties of a ClientFrame.
     * @deprecated Use meridian.ClientFrame.$Properties instead.
     */
    interface IClientFrame extends meridian.ClientFrame.$Properties {
    }

    /** Represents a ClientFrame. */
    class ClientFrame {

        /**
         * Constructs a new ClientFrame.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ClientFrame.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ClientFrame requestId. */
        requestId: number;

        /** ClientFrame join. */
        join?: (meridian.Join.$Properties|null);

        /** ClientFrame publish. */
        publish?: (meridian.Publish.$Properties|null);

        /** ClientFrame unpublish. */
        unpublish?: (meridian.Unpublish.$Properties|null);

        /** ClientFrame setTrackMuted. */
        setTrackMuted?: (meridian.SetTrackMuted.$Properties|null);

        /** ClientFrame updateSubscription. */
        updateSubscription?: (meridian.UpdateSubscription.$Properties|null);

        /** ClientFrame subscriptionsReady. */
        subscriptionsReady?: (meridian.SubscriptionsReady.$Properties|null);

        /** ClientFrame trackMoveDone. */
        trackMoveDone?: (meridian.TrackMoveDone.$Properties|null);

        /** ClientFrame sendData. */
        sendData?: (meridian.SendData.$Properties|null);

        /** ClientFrame restartIce. */
        restartIce?: (meridian.RestartIce.$Properties|null);

        /** ClientFrame kick. */
        kick?: (meridian.Kick.$Properties|null);

        /** ClientFrame muteParticipant. */
        muteParticipant?: (meridian.MuteParticipant.$Properties|null);

        /** ClientFrame updateSelf. */
        updateSelf?: (meridian.UpdateSelf.$Properties|null);

        /** ClientFrame stats. */
        stats?: (meridian.SessionStats.$Properties|null);

        /** ClientFrame leave. */
        leave?: (meridian.Leave.$Properties|null);

        /** ClientFrame ping. */
        ping?: (meridian.Ping.$Properties|null);

        /** ClientFrame moveReady. */
        moveReady?: (meridian.MoveReady.$Properties|null);

        /** ClientFrame echoTimes. */
        echoTimes?: (meridian.EchoTimes.$Properties|null);

        /** ClientFrame explainPlacement. */
        explainPlacement?: (meridian.ExplainPlacement.$Properties|null);

        /** ClientFrame connectTransport. */
        connectTransport?: (meridian.ConnectTransport.$Properties|null);

        /** ClientFrame updateRoom. */
        updateRoom?: (meridian.UpdateRoom.$Properties|null);

        /** ClientFrame renditionRefused. */
        renditionRefused?: (meridian.RenditionRefused.$Properties|null);

        /** ClientFrame askTrackStats. */
        askTrackStats?: (meridian.AskTrackStats.$Properties|null);

        /** ClientFrame act. */
        act?: (meridian.RoomAct.$Properties|null);

        /** ClientFrame body. */
        body?: ("join"|"publish"|"unpublish"|"setTrackMuted"|"updateSubscription"|"subscriptionsReady"|"trackMoveDone"|"sendData"|"restartIce"|"kick"|"muteParticipant"|"updateSelf"|"stats"|"leave"|"ping"|"moveReady"|"echoTimes"|"explainPlacement"|"connectTransport"|"updateRoom"|"renditionRefused"|"askTrackStats"|"act");

        /**
         * Creates a new ClientFrame instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ClientFrame instance
         */
        static create(properties: meridian.ClientFrame.$Shape): meridian.ClientFrame & meridian.ClientFrame.$Shape;
        static create(properties?: meridian.ClientFrame.$Properties): meridian.ClientFrame;

        /**
         * Encodes the specified ClientFrame message. Does not implicitly {@link meridian.ClientFrame.verify|verify} messages.
         * @param message ClientFrame message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ClientFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ClientFrame message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ClientFrame & meridian.ClientFrame.$Shape} ClientFrame
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ClientFrame & meridian.ClientFrame.$Shape;

        /**
         * Gets the type url for ClientFrame
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ClientFrame {

        /** Properties of a ClientFrame. */
        interface $Properties {

            /** ClientFrame requestId */
            requestId?: (number|null);

            /** ClientFrame join */
            join?: (meridian.Join.$Properties|null);

            /** ClientFrame publish */
            publish?: (meridian.Publish.$Properties|null);

            /** ClientFrame unpublish */
            unpublish?: (meridian.Unpublish.$Properties|null);

            /** ClientFrame setTrackMuted */
            setTrackMuted?: (meridian.SetTrackMuted.$Properties|null);

            /** ClientFrame updateSubscription */
            updateSubscription?: (meridian.UpdateSubscription.$Properties|null);

            /** ClientFrame subscriptionsReady */
            subscriptionsReady?: (meridian.SubscriptionsReady.$Properties|null);

            /** ClientFrame trackMoveDone */
            trackMoveDone?: (meridian.TrackMoveDone.$Properties|null);

            /** ClientFrame sendData */
            sendData?: (meridian.SendData.$Properties|null);

            /** ClientFrame restartIce */
            restartIce?: (meridian.RestartIce.$Properties|null);

            /** ClientFrame kick */
            kick?: (meridian.Kick.$Properties|null);

            /** ClientFrame muteParticipant */
            muteParticipant?: (meridian.MuteParticipant.$Properties|null);

            /** ClientFrame updateSelf */
            updateSelf?: (meridian.UpdateSelf.$Properties|null);

            /** ClientFrame stats */
            stats?: (meridian.SessionStats.$Properties|null);

            /** ClientFrame leave */
            leave?: (meridian.Leave.$Properties|null);

            /** ClientFrame ping */
            ping?: (meridian.Ping.$Properties|null);

            /** ClientFrame moveReady */
            moveReady?: (meridian.MoveReady.$Properties|null);

            /** ClientFrame echoTimes */
            echoTimes?: (meridian.EchoTimes.$Properties|null);

            /** ClientFrame explainPlacement */
            explainPlacement?: (meridian.ExplainPlacement.$Properties|null);

            /** ClientFrame connectTransport */
            connectTransport?: (meridian.ConnectTransport.$Properties|null);

            /** ClientFrame updateRoom */
            updateRoom?: (meridian.UpdateRoom.$Properties|null);

            /** ClientFrame renditionRefused */
            renditionRefused?: (meridian.RenditionRefused.$Properties|null);

            /** ClientFrame askTrackStats */
            askTrackStats?: (meridian.AskTrackStats.$Properties|null);

            /** ClientFrame act */
            act?: (meridian.RoomAct.$Properties|null);

            /** ClientFrame body */
            body?: ("join"|"publish"|"unpublish"|"setTrackMuted"|"updateSubscription"|"subscriptionsReady"|"trackMoveDone"|"sendData"|"restartIce"|"kick"|"muteParticipant"|"updateSelf"|"stats"|"leave"|"ping"|"moveReady"|"echoTimes"|"explainPlacement"|"connectTransport"|"updateRoom"|"renditionRefused"|"askTrackStats"|"act");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a ClientFrame. */
        type $Shape = {
          requestId?: number|null;
          join?: meridian.Join.$Shape|null;
          publish?: meridian.Publish.$Shape|null;
          unpublish?: meridian.Unpublish.$Shape|null;
          setTrackMuted?: meridian.SetTrackMuted.$Shape|null;
          updateSubscription?: meridian.UpdateSubscription.$Shape|null;
          subscriptionsReady?: meridian.SubscriptionsReady.$Shape|null;
          trackMoveDone?: meridian.TrackMoveDone.$Shape|null;
          sendData?: meridian.SendData.$Shape|null;
          restartIce?: meridian.RestartIce.$Shape|null;
          kick?: meridian.Kick.$Shape|null;
          muteParticipant?: meridian.MuteParticipant.$Shape|null;
          updateSelf?: meridian.UpdateSelf.$Shape|null;
          stats?: meridian.SessionStats.$Shape|null;
          leave?: meridian.Leave.$Shape|null;
          ping?: meridian.Ping.$Shape|null;
          moveReady?: meridian.MoveReady.$Shape|null;
          echoTimes?: meridian.EchoTimes.$Shape|null;
          explainPlacement?: meridian.ExplainPlacement.$Shape|null;
          connectTransport?: meridian.ConnectTransport.$Shape|null;
          updateRoom?: meridian.UpdateRoom.$Shape|null;
          renditionRefused?: meridian.RenditionRefused.$Shape|null;
          askTrackStats?: meridian.AskTrackStats.$Shape|null;
          act?: meridian.RoomAct.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ body?: undefined; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "join"; join: meridian.Join.$Shape; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "publish"; join?: null; publish: meridian.Publish.$Shape; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "unpublish"; join?: null; publish?: null; unpublish: meridian.Unpublish.$Shape; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "setTrackMuted"; join?: null; publish?: null; unpublish?: null; setTrackMuted: meridian.SetTrackMuted.$Shape; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "updateSubscription"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription: meridian.UpdateSubscription.$Shape; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "subscriptionsReady"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady: meridian.SubscriptionsReady.$Shape; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "trackMoveDone"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone: meridian.TrackMoveDone.$Shape; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "sendData"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData: meridian.SendData.$Shape; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "restartIce"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce: meridian.RestartIce.$Shape; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "kick"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick: meridian.Kick.$Shape; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "muteParticipant"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant: meridian.MuteParticipant.$Shape; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "updateSelf"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf: meridian.UpdateSelf.$Shape; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "stats"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats: meridian.SessionStats.$Shape; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "leave"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave: meridian.Leave.$Shape; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "ping"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping: meridian.Ping.$Shape; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "moveReady"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady: meridian.MoveReady.$Shape; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "echoTimes"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes: meridian.EchoTimes.$Shape; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "explainPlacement"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement: meridian.ExplainPlacement.$Shape; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "connectTransport"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport: meridian.ConnectTransport.$Shape; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "updateRoom"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom: meridian.UpdateRoom.$Shape; renditionRefused?: null; askTrackStats?: null; act?: null }|{ body?: "renditionRefused"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused: meridian.RenditionRefused.$Shape; askTrackStats?: null; act?: null }|{ body?: "askTrackStats"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats: meridian.AskTrackStats.$Shape; act?: null }|{ body?: "act"; join?: null; publish?: null; unpublish?: null; setTrackMuted?: null; updateSubscription?: null; subscriptionsReady?: null; trackMoveDone?: null; sendData?: null; restartIce?: null; kick?: null; muteParticipant?: null; updateSelf?: null; stats?: null; leave?: null; ping?: null; moveReady?: null; echoTimes?: null; explainPlacement?: null; connectTransport?: null; updateRoom?: null; renditionRefused?: null; askTrackStats?: null; act: meridian.RoomAct.$Shape })
        );
    }

    /**
     * Properties of a ParticipantJoined.
     * @deprecated Use meridian.ParticipantJoined.$Properties instead.
     */
    interface IParticipantJoined extends meridian.ParticipantJoined.$Properties {
    }

    /** Represents a ParticipantJoined. */
    class ParticipantJoined {

        /**
         * Constructs a new ParticipantJoined.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ParticipantJoined.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ParticipantJoined participant. */
        participant?: (meridian.ParticipantInfo.$Properties|null);

        /**
         * Creates a new ParticipantJoined instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ParticipantJoined instance
         */
        static create(properties: meridian.ParticipantJoined.$Shape): meridian.ParticipantJoined & meridian.ParticipantJoined.$Shape;
        static create(properties?: meridian.ParticipantJoined.$Properties): meridian.ParticipantJoined;

        /**
         * Encodes the specified ParticipantJoined message. Does not implicitly {@link meridian.ParticipantJoined.verify|verify} messages.
         * @param message ParticipantJoined message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ParticipantJoined.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ParticipantJoined message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ParticipantJoined & meridian.ParticipantJoined.$Shape} ParticipantJoined
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ParticipantJoined & meridian.ParticipantJoined.$Shape;

        /**
         * Gets the type url for ParticipantJoined
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ParticipantJoined {

        /** Properties of a ParticipantJoined. */
        interface $Properties {

            /** ParticipantJoined participant */
            participant?: (meridian.ParticipantInfo.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ParticipantJoined. */
        type $Shape = meridian.ParticipantJoined.$Properties;
    }

    /**
     * Properties of a ParticipantLeft.
     * @deprecated Use meridian.ParticipantLeft.$Properties instead.
     */
    interface IParticipantLeft extends meridian.ParticipantLeft.$Properties {
    }

    /** Represents a ParticipantLeft. */
    class ParticipantLeft {

        /**
         * Constructs a new ParticipantLeft.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ParticipantLeft.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ParticipantLeft sessionId. */
        sessionId: string;

        /** ParticipantLeft reason. */
        reason: string;

        /**
         * Creates a new ParticipantLeft instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ParticipantLeft instance
         */
        static create(properties: meridian.ParticipantLeft.$Shape): meridian.ParticipantLeft & meridian.ParticipantLeft.$Shape;
        static create(properties?: meridian.ParticipantLeft.$Properties): meridian.ParticipantLeft;

        /**
         * Encodes the specified ParticipantLeft message. Does not implicitly {@link meridian.ParticipantLeft.verify|verify} messages.
         * @param message ParticipantLeft message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ParticipantLeft.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ParticipantLeft message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ParticipantLeft & meridian.ParticipantLeft.$Shape} ParticipantLeft
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ParticipantLeft & meridian.ParticipantLeft.$Shape;

        /**
         * Gets the type url for ParticipantLeft
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ParticipantLeft {

        /** Properties of a ParticipantLeft. */
        interface $Properties {

            /** ParticipantLeft sessionId */
            sessionId?: (string|null);

            /** ParticipantLeft reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ParticipantLeft. */
        type $Shape = meridian.ParticipantLeft.$Properties;
    }

    /**
     * Properties of a ParticipantChanged.
     * @deprecated Use meridian.ParticipantChanged.$Properties instead.
     */
    interface IParticipantChanged extends meridian.ParticipantChanged.$Properties {
    }

    /** Represents a ParticipantChanged. */
    class ParticipantChanged {

        /**
         * Constructs a new ParticipantChanged.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ParticipantChanged.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ParticipantChanged participant. */
        participant?: (meridian.ParticipantInfo.$Properties|null);

        /**
         * Creates a new ParticipantChanged instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ParticipantChanged instance
         */
        static create(properties: meridian.ParticipantChanged.$Shape): meridian.ParticipantChanged & meridian.ParticipantChanged.$Shape;
        static create(properties?: meridian.ParticipantChanged.$Properties): meridian.ParticipantChanged;

        /**
         * Encodes the specified ParticipantChanged message. Does not implicitly {@link meridian.ParticipantChanged.verify|verify} messages.
         * @param message ParticipantChanged message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ParticipantChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ParticipantChanged message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ParticipantChanged & meridian.ParticipantChanged.$Shape} ParticipantChanged
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ParticipantChanged & meridian.ParticipantChanged.$Shape;

        /**
         * Gets the type url for ParticipantChanged
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ParticipantChanged {

        /** Properties of a ParticipantChanged. */
        interface $Properties {

            /** ParticipantChanged participant */
            participant?: (meridian.ParticipantInfo.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ParticipantChanged. */
        type $Shape = meridian.ParticipantChanged.$Properties;
    }

    /**
     * Properties of a TrackPublished.
     * @deprecated Use meridian.TrackPublished.$Properties instead.
     */
    interface ITrackPublished extends meridian.TrackPublished.$Properties {
    }

    /** Represents a TrackPublished. */
    class TrackPublished {

        /**
         * Constructs a new TrackPublished.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TrackPublished.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TrackPublished sessionId. */
        sessionId: string;

        /** TrackPublished track. */
        track?: (meridian.TrackInfo.$Properties|null);

        /**
         * Creates a new TrackPublished instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TrackPublished instance
         */
        static create(properties: meridian.TrackPublished.$Shape): meridian.TrackPublished & meridian.TrackPublished.$Shape;
        static create(properties?: meridian.TrackPublished.$Properties): meridian.TrackPublished;

        /**
         * Encodes the specified TrackPublished message. Does not implicitly {@link meridian.TrackPublished.verify|verify} messages.
         * @param message TrackPublished message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TrackPublished.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TrackPublished message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TrackPublished & meridian.TrackPublished.$Shape} TrackPublished
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TrackPublished & meridian.TrackPublished.$Shape;

        /**
         * Gets the type url for TrackPublished
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TrackPublished {

        /** Properties of a TrackPublished. */
        interface $Properties {

            /** TrackPublished sessionId */
            sessionId?: (string|null);

            /** TrackPublished track */
            track?: (meridian.TrackInfo.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TrackPublished. */
        type $Shape = meridian.TrackPublished.$Properties;
    }

    /**
     * Properties of a TrackUnpublished.
     * @deprecated Use meridian.TrackUnpublished.$Properties instead.
     */
    interface ITrackUnpublished extends meridian.TrackUnpublished.$Properties {
    }

    /** Represents a TrackUnpublished. */
    class TrackUnpublished {

        /**
         * Constructs a new TrackUnpublished.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TrackUnpublished.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TrackUnpublished sessionId. */
        sessionId: string;

        /** TrackUnpublished trackId. */
        trackId: string;

        /** TrackUnpublished reason. */
        reason: string;

        /**
         * Creates a new TrackUnpublished instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TrackUnpublished instance
         */
        static create(properties: meridian.TrackUnpublished.$Shape): meridian.TrackUnpublished & meridian.TrackUnpublished.$Shape;
        static create(properties?: meridian.TrackUnpublished.$Properties): meridian.TrackUnpublished;

        /**
         * Encodes the specified TrackUnpublished message. Does not implicitly {@link meridian.TrackUnpublished.verify|verify} messages.
         * @param message TrackUnpublished message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TrackUnpublished.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TrackUnpublished message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TrackUnpublished & meridian.TrackUnpublished.$Shape} TrackUnpublished
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TrackUnpublished & meridian.TrackUnpublished.$Shape;

        /**
         * Gets the type url for TrackUnpublished
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TrackUnpublished {

        /** Properties of a TrackUnpublished. */
        interface $Properties {

            /** TrackUnpublished sessionId */
            sessionId?: (string|null);

            /** TrackUnpublished trackId */
            trackId?: (string|null);

            /** TrackUnpublished reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TrackUnpublished. */
        type $Shape = meridian.TrackUnpublished.$Properties;
    }

    /**
     * Properties of a TrackMuted.
     * @deprecated Use meridian.TrackMuted.$Properties instead.
     */
    interface ITrackMuted extends meridian.TrackMuted.$Properties {
    }

    /** Represents a TrackMuted. */
    class TrackMuted {

        /**
         * Constructs a new TrackMuted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TrackMuted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TrackMuted sessionId. */
        sessionId: string;

        /** TrackMuted trackId. */
        trackId: string;

        /** TrackMuted muted. */
        muted: boolean;

        /**
         * Creates a new TrackMuted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TrackMuted instance
         */
        static create(properties: meridian.TrackMuted.$Shape): meridian.TrackMuted & meridian.TrackMuted.$Shape;
        static create(properties?: meridian.TrackMuted.$Properties): meridian.TrackMuted;

        /**
         * Encodes the specified TrackMuted message. Does not implicitly {@link meridian.TrackMuted.verify|verify} messages.
         * @param message TrackMuted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TrackMuted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TrackMuted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TrackMuted & meridian.TrackMuted.$Shape} TrackMuted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TrackMuted & meridian.TrackMuted.$Shape;

        /**
         * Gets the type url for TrackMuted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TrackMuted {

        /** Properties of a TrackMuted. */
        interface $Properties {

            /** TrackMuted sessionId */
            sessionId?: (string|null);

            /** TrackMuted trackId */
            trackId?: (string|null);

            /** TrackMuted muted */
            muted?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TrackMuted. */
        type $Shape = meridian.TrackMuted.$Properties;
    }

    /**
     * Properties of a SpeakersChanged.
     * @deprecated Use meridian.SpeakersChanged.$Properties instead.
     */
    interface ISpeakersChanged extends meridian.SpeakersChanged.$Properties {
    }

    /** Represents a SpeakersChanged. */
    class SpeakersChanged {

        /**
         * Constructs a new SpeakersChanged.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SpeakersChanged.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SpeakersChanged speakers. */
        speakers: meridian.Speaker.$Properties[];

        /**
         * Creates a new SpeakersChanged instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SpeakersChanged instance
         */
        static create(properties: meridian.SpeakersChanged.$Shape): meridian.SpeakersChanged & meridian.SpeakersChanged.$Shape;
        static create(properties?: meridian.SpeakersChanged.$Properties): meridian.SpeakersChanged;

        /**
         * Encodes the specified SpeakersChanged message. Does not implicitly {@link meridian.SpeakersChanged.verify|verify} messages.
         * @param message SpeakersChanged message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SpeakersChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SpeakersChanged message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SpeakersChanged & meridian.SpeakersChanged.$Shape} SpeakersChanged
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SpeakersChanged & meridian.SpeakersChanged.$Shape;

        /**
         * Gets the type url for SpeakersChanged
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SpeakersChanged {

        /** Properties of a SpeakersChanged. */
        interface $Properties {

            /** SpeakersChanged speakers */
            speakers?: (meridian.Speaker.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SpeakersChanged. */
        type $Shape = meridian.SpeakersChanged.$Properties;
    }

    /**
     * Properties of a QualityChanged.
     * @deprecated Use meridian.QualityChanged.$Properties instead.
     */
    interface IQualityChanged extends meridian.QualityChanged.$Properties {
    }

    /** Represents a QualityChanged. */
    class QualityChanged {

        /**
         * Constructs a new QualityChanged.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.QualityChanged.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** QualityChanged sessionId. */
        sessionId: string;

        /** QualityChanged quality. */
        quality: meridian.Quality;

        /**
         * Creates a new QualityChanged instance using the specified properties.
         * @param [properties] Properties to set
         * @returns QualityChanged instance
         */
        static create(properties: meridian.QualityChanged.$Shape): meridian.QualityChanged & meridian.QualityChanged.$Shape;
        static create(properties?: meridian.QualityChanged.$Properties): meridian.QualityChanged;

        /**
         * Encodes the specified QualityChanged message. Does not implicitly {@link meridian.QualityChanged.verify|verify} messages.
         * @param message QualityChanged message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.QualityChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a QualityChanged message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.QualityChanged & meridian.QualityChanged.$Shape} QualityChanged
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.QualityChanged & meridian.QualityChanged.$Shape;

        /**
         * Gets the type url for QualityChanged
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace QualityChanged {

        /** Properties of a QualityChanged. */
        interface $Properties {

            /** QualityChanged sessionId */
            sessionId?: (string|null);

            /** QualityChanged quality */
            quality?: (meridian.Quality|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a QualityChanged. */
        type $Shape = meridian.QualityChanged.$Properties;
    }

    /**
     * Properties of a RoomChanged.
     * @deprecated Use meridian.RoomChanged.$Properties instead.
     */
    interface IRoomChanged extends meridian.RoomChanged.$Properties {
    }

    /** Represents a RoomChanged. */
    class RoomChanged {

        /**
         * Constructs a new RoomChanged.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomChanged.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomChanged info. */
        info?: (meridian.RoomInfo.$Properties|null);

        /**
         * Creates a new RoomChanged instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomChanged instance
         */
        static create(properties: meridian.RoomChanged.$Shape): meridian.RoomChanged & meridian.RoomChanged.$Shape;
        static create(properties?: meridian.RoomChanged.$Properties): meridian.RoomChanged;

        /**
         * Encodes the specified RoomChanged message. Does not implicitly {@link meridian.RoomChanged.verify|verify} messages.
         * @param message RoomChanged message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomChanged message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomChanged & meridian.RoomChanged.$Shape} RoomChanged
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomChanged & meridian.RoomChanged.$Shape;

        /**
         * Gets the type url for RoomChanged
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomChanged {

        /** Properties of a RoomChanged. */
        interface $Properties {

            /** RoomChanged info */
            info?: (meridian.RoomInfo.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomChanged. */
        type $Shape = meridian.RoomChanged.$Properties;
    }

    /**
     * Properties of a TrackStats.
     * @deprecated Use meridian.TrackStats.$Properties instead.
     */
    interface ITrackStats extends meridian.TrackStats.$Properties {
    }

    /** Represents a TrackStats. */
    class TrackStats {

        /**
         * Constructs a new TrackStats.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TrackStats.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TrackStats trackId. */
        trackId: string;

        /** TrackStats bitrateBps. */
        bitrateBps: number;

        /**
         * Creates a new TrackStats instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TrackStats instance
         */
        static create(properties: meridian.TrackStats.$Shape): meridian.TrackStats & meridian.TrackStats.$Shape;
        static create(properties?: meridian.TrackStats.$Properties): meridian.TrackStats;

        /**
         * Encodes the specified TrackStats message. Does not implicitly {@link meridian.TrackStats.verify|verify} messages.
         * @param message TrackStats message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TrackStats.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TrackStats message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TrackStats & meridian.TrackStats.$Shape} TrackStats
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TrackStats & meridian.TrackStats.$Shape;

        /**
         * Gets the type url for TrackStats
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TrackStats {

        /** Properties of a TrackStats. */
        interface $Properties {

            /** TrackStats trackId */
            trackId?: (string|null);

            /** TrackStats bitrateBps */
            bitrateBps?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TrackStats. */
        type $Shape = meridian.TrackStats.$Properties;
    }

    /**
     * Properties of an AskTrackStats.
     * @deprecated Use meridian.AskTrackStats.$Properties instead.
     */
    interface IAskTrackStats extends meridian.AskTrackStats.$Properties {
    }

    /** Represents an AskTrackStats. */
    class AskTrackStats {

        /**
         * Constructs a new AskTrackStats.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.AskTrackStats.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new AskTrackStats instance using the specified properties.
         * @param [properties] Properties to set
         * @returns AskTrackStats instance
         */
        static create(properties: meridian.AskTrackStats.$Shape): meridian.AskTrackStats & meridian.AskTrackStats.$Shape;
        static create(properties?: meridian.AskTrackStats.$Properties): meridian.AskTrackStats;

        /**
         * Encodes the specified AskTrackStats message. Does not implicitly {@link meridian.AskTrackStats.verify|verify} messages.
         * @param message AskTrackStats message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.AskTrackStats.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an AskTrackStats message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.AskTrackStats & meridian.AskTrackStats.$Shape} AskTrackStats
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.AskTrackStats & meridian.AskTrackStats.$Shape;

        /**
         * Gets the type url for AskTrackStats
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace AskTrackStats {

        /** Properties of an AskTrackStats. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an AskTrackStats. */
        type $Shape = meridian.AskTrackStats.$Properties;
    }

    /**
     * Properties of an OwnTrackStats.
     * @deprecated Use meridian.OwnTrackStats.$Properties instead.
     */
    interface IOwnTrackStats extends meridian.OwnTrackStats.$Properties {
    }

    /** Represents an OwnTrackStats. */
    class OwnTrackStats {

        /**
         * Constructs a new OwnTrackStats.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnTrackStats.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnTrackStats tracks. */
        tracks: meridian.TrackStats.$Properties[];

        /**
         * Creates a new OwnTrackStats instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnTrackStats instance
         */
        static create(properties: meridian.OwnTrackStats.$Shape): meridian.OwnTrackStats & meridian.OwnTrackStats.$Shape;
        static create(properties?: meridian.OwnTrackStats.$Properties): meridian.OwnTrackStats;

        /**
         * Encodes the specified OwnTrackStats message. Does not implicitly {@link meridian.OwnTrackStats.verify|verify} messages.
         * @param message OwnTrackStats message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnTrackStats.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnTrackStats message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnTrackStats & meridian.OwnTrackStats.$Shape} OwnTrackStats
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnTrackStats & meridian.OwnTrackStats.$Shape;

        /**
         * Gets the type url for OwnTrackStats
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnTrackStats {

        /** Properties of an OwnTrackStats. */
        interface $Properties {

            /** OwnTrackStats tracks */
            tracks?: (meridian.TrackStats.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnTrackStats. */
        type $Shape = meridian.OwnTrackStats.$Properties;
    }

    /**
     * Properties of a RoomViewers.
     * @deprecated Use meridian.RoomViewers.$Properties instead.
     */
    interface IRoomViewers extends meridian.RoomViewers.$Properties {
    }

    /** Represents a RoomViewers. */
    class RoomViewers {

        /**
         * Constructs a new RoomViewers.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomViewers.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomViewers byProtocol. */
        byProtocol: { [k: string]: number };

        /**
         * Creates a new RoomViewers instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomViewers instance
         */
        static create(properties: meridian.RoomViewers.$Shape): meridian.RoomViewers & meridian.RoomViewers.$Shape;
        static create(properties?: meridian.RoomViewers.$Properties): meridian.RoomViewers;

        /**
         * Encodes the specified RoomViewers message. Does not implicitly {@link meridian.RoomViewers.verify|verify} messages.
         * @param message RoomViewers message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomViewers.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomViewers message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomViewers & meridian.RoomViewers.$Shape} RoomViewers
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomViewers & meridian.RoomViewers.$Shape;

        /**
         * Gets the type url for RoomViewers
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomViewers {

        /** Properties of a RoomViewers. */
        interface $Properties {

            /** RoomViewers byProtocol */
            byProtocol?: ({ [k: string]: number }|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomViewers. */
        type $Shape = meridian.RoomViewers.$Properties;
    }

    /**
     * Properties of a RoomEvent.
     * @deprecated Use meridian.RoomEvent.$Properties instead.
     */
    interface IRoomEvent extends meridian.RoomEvent.$Properties {
    }

    /** Represents a RoomEvent. */
    class RoomEvent {

        /**
         * Constructs a new RoomEvent.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomEvent.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomEvent seq. */
        seq: number;

        /** RoomEvent participantJoined. */
        participantJoined?: (meridian.ParticipantJoined.$Properties|null);

        /** RoomEvent participantLeft. */
        participantLeft?: (meridian.ParticipantLeft.$Properties|null);

        /** RoomEvent participantChanged. */
        participantChanged?: (meridian.ParticipantChanged.$Properties|null);

        /** RoomEvent trackPublished. */
        trackPublished?: (meridian.TrackPublished.$Properties|null);

        /** RoomEvent trackUnpublished. */
        trackUnpublished?: (meridian.TrackUnpublished.$Properties|null);

        /** RoomEvent trackMuted. */
        trackMuted?: (meridian.TrackMuted.$Properties|null);

        /** RoomEvent speakersChanged. */
        speakersChanged?: (meridian.SpeakersChanged.$Properties|null);

        /** RoomEvent qualityChanged. */
        qualityChanged?: (meridian.QualityChanged.$Properties|null);

        /** RoomEvent roomChanged. */
        roomChanged?: (meridian.RoomChanged.$Properties|null);

        /** RoomEvent body. */
        body?: ("participantJoined"|"participantLeft"|"participantChanged"|"trackPublished"|"trackUnpublished"|"trackMuted"|"speakersChanged"|"qualityChanged"|"roomChanged");

        /**
         * Creates a new RoomEvent instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomEvent instance
         */
        static create(properties: meridian.RoomEvent.$Shape): meridian.RoomEvent & meridian.RoomEvent.$Shape;
        static create(properties?: meridian.RoomEvent.$Properties): meridian.RoomEvent;

        /**
         * Encodes the specified RoomEvent message. Does not implicitly {@link meridian.RoomEvent.verify|verify} messages.
         * @param message RoomEvent message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomEvent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomEvent message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomEvent & meridian.RoomEvent.$Shape} RoomEvent
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomEvent & meridian.RoomEvent.$Shape;

        /**
         * Gets the type url for RoomEvent
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomEvent {

        /** Properties of a RoomEvent. */
        interface $Properties {

            /** RoomEvent seq */
            seq?: (number|null);

            /** RoomEvent participantJoined */
            participantJoined?: (meridian.ParticipantJoined.$Properties|null);

            /** RoomEvent participantLeft */
            participantLeft?: (meridian.ParticipantLeft.$Properties|null);

            /** RoomEvent participantChanged */
            participantChanged?: (meridian.ParticipantChanged.$Properties|null);

            /** RoomEvent trackPublished */
            trackPublished?: (meridian.TrackPublished.$Properties|null);

            /** RoomEvent trackUnpublished */
            trackUnpublished?: (meridian.TrackUnpublished.$Properties|null);

            /** RoomEvent trackMuted */
            trackMuted?: (meridian.TrackMuted.$Properties|null);

            /** RoomEvent speakersChanged */
            speakersChanged?: (meridian.SpeakersChanged.$Properties|null);

            /** RoomEvent qualityChanged */
            qualityChanged?: (meridian.QualityChanged.$Properties|null);

            /** RoomEvent roomChanged */
            roomChanged?: (meridian.RoomChanged.$Properties|null);

            /** RoomEvent body */
            body?: ("participantJoined"|"participantLeft"|"participantChanged"|"trackPublished"|"trackUnpublished"|"trackMuted"|"speakersChanged"|"qualityChanged"|"roomChanged");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a RoomEvent. */
        type $Shape = {
          seq?: number|null;
          participantJoined?: meridian.ParticipantJoined.$Shape|null;
          participantLeft?: meridian.ParticipantLeft.$Shape|null;
          participantChanged?: meridian.ParticipantChanged.$Shape|null;
          trackPublished?: meridian.TrackPublished.$Shape|null;
          trackUnpublished?: meridian.TrackUnpublished.$Shape|null;
          trackMuted?: meridian.TrackMuted.$Shape|null;
          speakersChanged?: meridian.SpeakersChanged.$Shape|null;
          qualityChanged?: meridian.QualityChanged.$Shape|null;
          roomChanged?: meridian.RoomChanged.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ body?: undefined; participantJoined?: null; participantLeft?: null; participantChanged?: null; trackPublished?: null; trackUnpublished?: null; trackMuted?: null; speakersChanged?: null; qualityChanged?: null; roomChanged?: null }|{ body?: "participantJoined"; participantJoined: meridian.ParticipantJoined.$Shape; participantLeft?: null; participantChanged?: null; trackPublished?: null; trackUnpublished?: null; trackMuted?: null; speakersChanged?: null; qualityChanged?: null; roomChanged?: null }|{ body?: "participantLeft"; participantJoined?: null; participantLeft: meridian.ParticipantLeft.$Shape; participantChanged?: null; trackPublished?: null; trackUnpublished?: null; trackMuted?: null; speakersChanged?: null; qualityChanged?: null; roomChanged?: null }|{ body?: "participantChanged"; participantJoined?: null; participantLeft?: null; participantChanged: meridian.ParticipantChanged.$Shape; trackPublished?: null; trackUnpublished?: null; trackMuted?: null; speakersChanged?: null; qualityChanged?: null; roomChanged?: null }|{ body?: "trackPublished"; participantJoined?: null; participantLeft?: null; participantChanged?: null; trackPublished: meridian.TrackPublished.$Shape; trackUnpublished?: null; trackMuted?: null; speakersChanged?: null; qualityChanged?: null; roomChanged?: null }|{ body?: "trackUnpublished"; participantJoined?: null; participantLeft?: null; participantChanged?: null; trackPublished?: null; trackUnpublished: meridian.TrackUnpublished.$Shape; trackMuted?: null; speakersChanged?: null; qualityChanged?: null; roomChanged?: null }|{ body?: "trackMuted"; participantJoined?: null; participantLeft?: null; participantChanged?: null; trackPublished?: null; trackUnpublished?: null; trackMuted: meridian.TrackMuted.$Shape; speakersChanged?: null; qualityChanged?: null; roomChanged?: null }|{ body?: "speakersChanged"; participantJoined?: null; participantLeft?: null; participantChanged?: null; trackPublished?: null; trackUnpublished?: null; trackMuted?: null; speakersChanged: meridian.SpeakersChanged.$Shape; qualityChanged?: null; roomChanged?: null }|{ body?: "qualityChanged"; participantJoined?: null; participantLeft?: null; participantChanged?: null; trackPublished?: null; trackUnpublished?: null; trackMuted?: null; speakersChanged?: null; qualityChanged: meridian.QualityChanged.$Shape; roomChanged?: null }|{ body?: "roomChanged"; participantJoined?: null; participantLeft?: null; participantChanged?: null; trackPublished?: null; trackUnpublished?: null; trackMuted?: null; speakersChanged?: null; qualityChanged?: null; roomChanged: meridian.RoomChanged.$Shape })
        );
    }

    /**
     * Properties of a RoomEvents.
     * @deprecated Use meridian.RoomEvents.$Properties instead.
     */
    interface IRoomEvents extends meridian.RoomEvents.$Properties {
    }

    /** Represents a RoomEvents. */
    class RoomEvents {

        /**
         * Constructs a new RoomEvents.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomEvents.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomEvents roomEpoch. */
        roomEpoch: number;

        /** RoomEvents events. */
        events: meridian.RoomEvent.$Properties[];

        /**
         * Creates a new RoomEvents instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomEvents instance
         */
        static create(properties: meridian.RoomEvents.$Shape): meridian.RoomEvents & meridian.RoomEvents.$Shape;
        static create(properties?: meridian.RoomEvents.$Properties): meridian.RoomEvents;

        /**
         * Encodes the specified RoomEvents message. Does not implicitly {@link meridian.RoomEvents.verify|verify} messages.
         * @param message RoomEvents message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomEvents.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomEvents message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomEvents & meridian.RoomEvents.$Shape} RoomEvents
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomEvents & meridian.RoomEvents.$Shape;

        /**
         * Gets the type url for RoomEvents
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomEvents {

        /** Properties of a RoomEvents. */
        interface $Properties {

            /** RoomEvents roomEpoch */
            roomEpoch?: (number|null);

            /** RoomEvents events */
            events?: (meridian.RoomEvent.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomEvents. */
        type $Shape = {
          roomEpoch?: number|null;
          events?: meridian.RoomEvent.$Shape[]|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a RosterSnapshot.
     * @deprecated Use meridian.RosterSnapshot.$Properties instead.
     */
    interface IRosterSnapshot extends meridian.RosterSnapshot.$Properties {
    }

    /** Represents a RosterSnapshot. */
    class RosterSnapshot {

        /**
         * Constructs a new RosterSnapshot.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RosterSnapshot.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RosterSnapshot roomEpoch. */
        roomEpoch: number;

        /** RosterSnapshot rosterSeq. */
        rosterSeq: number;

        /** RosterSnapshot participants. */
        participants: meridian.ParticipantInfo.$Properties[];

        /** RosterSnapshot speakers. */
        speakers: meridian.Speaker.$Properties[];

        /** RosterSnapshot info. */
        info?: (meridian.RoomInfo.$Properties|null);

        /**
         * Creates a new RosterSnapshot instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RosterSnapshot instance
         */
        static create(properties: meridian.RosterSnapshot.$Shape): meridian.RosterSnapshot & meridian.RosterSnapshot.$Shape;
        static create(properties?: meridian.RosterSnapshot.$Properties): meridian.RosterSnapshot;

        /**
         * Encodes the specified RosterSnapshot message. Does not implicitly {@link meridian.RosterSnapshot.verify|verify} messages.
         * @param message RosterSnapshot message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RosterSnapshot.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RosterSnapshot message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RosterSnapshot & meridian.RosterSnapshot.$Shape} RosterSnapshot
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RosterSnapshot & meridian.RosterSnapshot.$Shape;

        /**
         * Gets the type url for RosterSnapshot
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RosterSnapshot {

        /** Properties of a RosterSnapshot. */
        interface $Properties {

            /** RosterSnapshot roomEpoch */
            roomEpoch?: (number|null);

            /** RosterSnapshot rosterSeq */
            rosterSeq?: (number|null);

            /** RosterSnapshot participants */
            participants?: (meridian.ParticipantInfo.$Properties[]|null);

            /** RosterSnapshot speakers */
            speakers?: (meridian.Speaker.$Properties[]|null);

            /** RosterSnapshot info */
            info?: (meridian.RoomInfo.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RosterSnapshot. */
        type $Shape = meridian.RosterSnapshot.$Properties;
    }

    /**
     * Properties of a SubscriptionsAdded.
     * @deprecated Use meridian.SubscriptionsAdded.$Properties instead.
     */
    interface ISubscriptionsAdded extends meridian.SubscriptionsAdded.$Properties {
    }

    /** Represents a SubscriptionsAdded. */
    class SubscriptionsAdded {

        /**
         * Constructs a new SubscriptionsAdded.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SubscriptionsAdded.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SubscriptionsAdded subscriptions. */
        subscriptions: meridian.Subscription.$Properties[];

        /** SubscriptionsAdded failed. */
        failed: meridian.SubscriptionFailed.$Properties[];

        /**
         * Creates a new SubscriptionsAdded instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SubscriptionsAdded instance
         */
        static create(properties: meridian.SubscriptionsAdded.$Shape): meridian.SubscriptionsAdded & meridian.SubscriptionsAdded.$Shape;
        static create(properties?: meridian.SubscriptionsAdded.$Properties): meridian.SubscriptionsAdded;

        /**
         * Encodes the specified SubscriptionsAdded message. Does not implicitly {@link meridian.SubscriptionsAdded.verify|verify} messages.
         * @param message SubscriptionsAdded message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SubscriptionsAdded.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SubscriptionsAdded message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SubscriptionsAdded & meridian.SubscriptionsAdded.$Shape} SubscriptionsAdded
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SubscriptionsAdded & meridian.SubscriptionsAdded.$Shape;

        /**
         * Gets the type url for SubscriptionsAdded
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SubscriptionsAdded {

        /** Properties of a SubscriptionsAdded. */
        interface $Properties {

            /** SubscriptionsAdded subscriptions */
            subscriptions?: (meridian.Subscription.$Properties[]|null);

            /** SubscriptionsAdded failed */
            failed?: (meridian.SubscriptionFailed.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SubscriptionsAdded. */
        type $Shape = {
          subscriptions?: meridian.Subscription.$Shape[]|null;
          failed?: meridian.SubscriptionFailed.$Shape[]|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a SubscriptionFailed.
     * @deprecated Use meridian.SubscriptionFailed.$Properties instead.
     */
    interface ISubscriptionFailed extends meridian.SubscriptionFailed.$Properties {
    }

    /** Represents a SubscriptionFailed. */
    class SubscriptionFailed {

        /**
         * Constructs a new SubscriptionFailed.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SubscriptionFailed.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SubscriptionFailed trackId. */
        trackId: string;

        /** SubscriptionFailed code. */
        code: string;

        /** SubscriptionFailed message. */
        message: string;

        /**
         * Creates a new SubscriptionFailed instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SubscriptionFailed instance
         */
        static create(properties: meridian.SubscriptionFailed.$Shape): meridian.SubscriptionFailed & meridian.SubscriptionFailed.$Shape;
        static create(properties?: meridian.SubscriptionFailed.$Properties): meridian.SubscriptionFailed;

        /**
         * Encodes the specified SubscriptionFailed message. Does not implicitly {@link meridian.SubscriptionFailed.verify|verify} messages.
         * @param message SubscriptionFailed message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SubscriptionFailed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SubscriptionFailed message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SubscriptionFailed & meridian.SubscriptionFailed.$Shape} SubscriptionFailed
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SubscriptionFailed & meridian.SubscriptionFailed.$Shape;

        /**
         * Gets the type url for SubscriptionFailed
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SubscriptionFailed {

        /** Properties of a SubscriptionFailed. */
        interface $Properties {

            /** SubscriptionFailed trackId */
            trackId?: (string|null);

            /** SubscriptionFailed code */
            code?: (string|null);

            /** SubscriptionFailed message */
            message?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SubscriptionFailed. */
        type $Shape = meridian.SubscriptionFailed.$Properties;
    }

    /**
     * Properties of a SubscriptionRemoved.
     * @deprecated Use meridian.SubscriptionRemoved.$Properties instead.
     */
    interface ISubscriptionRemoved extends meridian.SubscriptionRemoved.$Properties {
    }

    /** Represents a SubscriptionRemoved. */
    class SubscriptionRemoved {

        /**
         * Constructs a new SubscriptionRemoved.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SubscriptionRemoved.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SubscriptionRemoved consumerId. */
        consumerId: string;

        /** SubscriptionRemoved trackId. */
        trackId: string;

        /** SubscriptionRemoved reason. */
        reason: string;

        /**
         * Creates a new SubscriptionRemoved instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SubscriptionRemoved instance
         */
        static create(properties: meridian.SubscriptionRemoved.$Shape): meridian.SubscriptionRemoved & meridian.SubscriptionRemoved.$Shape;
        static create(properties?: meridian.SubscriptionRemoved.$Properties): meridian.SubscriptionRemoved;

        /**
         * Encodes the specified SubscriptionRemoved message. Does not implicitly {@link meridian.SubscriptionRemoved.verify|verify} messages.
         * @param message SubscriptionRemoved message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SubscriptionRemoved.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SubscriptionRemoved message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SubscriptionRemoved & meridian.SubscriptionRemoved.$Shape} SubscriptionRemoved
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SubscriptionRemoved & meridian.SubscriptionRemoved.$Shape;

        /**
         * Gets the type url for SubscriptionRemoved
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SubscriptionRemoved {

        /** Properties of a SubscriptionRemoved. */
        interface $Properties {

            /** SubscriptionRemoved consumerId */
            consumerId?: (string|null);

            /** SubscriptionRemoved trackId */
            trackId?: (string|null);

            /** SubscriptionRemoved reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SubscriptionRemoved. */
        type $Shape = meridian.SubscriptionRemoved.$Properties;
    }

    /**
     * Properties of a SubscriptionState.
     * @deprecated Use meridian.SubscriptionState.$Properties instead.
     */
    interface ISubscriptionState extends meridian.SubscriptionState.$Properties {
    }

    /** Represents a SubscriptionState. */
    class SubscriptionState {

        /**
         * Constructs a new SubscriptionState.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SubscriptionState.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SubscriptionState consumerId. */
        consumerId: string;

        /** SubscriptionState trackId. */
        trackId: string;

        /** SubscriptionState producerPaused. */
        producerPaused: boolean;

        /** SubscriptionState spatialLayer. */
        spatialLayer?: (number|null);

        /** SubscriptionState temporalLayer. */
        temporalLayer?: (number|null);

        /** SubscriptionState score. */
        score: number;

        /** SubscriptionState pausedReason. */
        pausedReason: string;

        /**
         * Creates a new SubscriptionState instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SubscriptionState instance
         */
        static create(properties: meridian.SubscriptionState.$Shape): meridian.SubscriptionState & meridian.SubscriptionState.$Shape;
        static create(properties?: meridian.SubscriptionState.$Properties): meridian.SubscriptionState;

        /**
         * Encodes the specified SubscriptionState message. Does not implicitly {@link meridian.SubscriptionState.verify|verify} messages.
         * @param message SubscriptionState message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SubscriptionState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SubscriptionState message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SubscriptionState & meridian.SubscriptionState.$Shape} SubscriptionState
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SubscriptionState & meridian.SubscriptionState.$Shape;

        /**
         * Gets the type url for SubscriptionState
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SubscriptionState {

        /** Properties of a SubscriptionState. */
        interface $Properties {

            /** SubscriptionState consumerId */
            consumerId?: (string|null);

            /** SubscriptionState trackId */
            trackId?: (string|null);

            /** SubscriptionState producerPaused */
            producerPaused?: (boolean|null);

            /** SubscriptionState spatialLayer */
            spatialLayer?: (number|null);

            /** SubscriptionState temporalLayer */
            temporalLayer?: (number|null);

            /** SubscriptionState score */
            score?: (number|null);

            /** SubscriptionState pausedReason */
            pausedReason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SubscriptionState. */
        type $Shape = meridian.SubscriptionState.$Properties;
    }

    /**
     * Properties of a LayerDemand.
     * @deprecated Use meridian.LayerDemand.$Properties instead.
     */
    interface ILayerDemand extends meridian.LayerDemand.$Properties {
    }

    /** Represents a LayerDemand. */
    class LayerDemand {

        /**
         * Constructs a new LayerDemand.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.LayerDemand.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LayerDemand trackId. */
        trackId: string;

        /** LayerDemand maxSpatialLayer. */
        maxSpatialLayer: number;

        /** LayerDemand moveId. */
        moveId: string;

        /**
         * Creates a new LayerDemand instance using the specified properties.
         * @param [properties] Properties to set
         * @returns LayerDemand instance
         */
        static create(properties: meridian.LayerDemand.$Shape): meridian.LayerDemand & meridian.LayerDemand.$Shape;
        static create(properties?: meridian.LayerDemand.$Properties): meridian.LayerDemand;

        /**
         * Encodes the specified LayerDemand message. Does not implicitly {@link meridian.LayerDemand.verify|verify} messages.
         * @param message LayerDemand message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.LayerDemand.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LayerDemand message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.LayerDemand & meridian.LayerDemand.$Shape} LayerDemand
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.LayerDemand & meridian.LayerDemand.$Shape;

        /**
         * Gets the type url for LayerDemand
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace LayerDemand {

        /** Properties of a LayerDemand. */
        interface $Properties {

            /** LayerDemand trackId */
            trackId?: (string|null);

            /** LayerDemand maxSpatialLayer */
            maxSpatialLayer?: (number|null);

            /** LayerDemand moveId */
            moveId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LayerDemand. */
        type $Shape = meridian.LayerDemand.$Properties;
    }

    /**
     * Properties of a RenditionWanted.
     * @deprecated Use meridian.RenditionWanted.$Properties instead.
     */
    interface IRenditionWanted extends meridian.RenditionWanted.$Properties {
    }

    /** Represents a RenditionWanted. */
    class RenditionWanted {

        /**
         * Constructs a new RenditionWanted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RenditionWanted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RenditionWanted trackId. */
        trackId: string;

        /** RenditionWanted mimeType. */
        mimeType: string;

        /** RenditionWanted isWanted. */
        isWanted: boolean;

        /**
         * Creates a new RenditionWanted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RenditionWanted instance
         */
        static create(properties: meridian.RenditionWanted.$Shape): meridian.RenditionWanted & meridian.RenditionWanted.$Shape;
        static create(properties?: meridian.RenditionWanted.$Properties): meridian.RenditionWanted;

        /**
         * Encodes the specified RenditionWanted message. Does not implicitly {@link meridian.RenditionWanted.verify|verify} messages.
         * @param message RenditionWanted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RenditionWanted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RenditionWanted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RenditionWanted & meridian.RenditionWanted.$Shape} RenditionWanted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RenditionWanted & meridian.RenditionWanted.$Shape;

        /**
         * Gets the type url for RenditionWanted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RenditionWanted {

        /** Properties of a RenditionWanted. */
        interface $Properties {

            /** RenditionWanted trackId */
            trackId?: (string|null);

            /** RenditionWanted mimeType */
            mimeType?: (string|null);

            /** RenditionWanted isWanted */
            isWanted?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RenditionWanted. */
        type $Shape = meridian.RenditionWanted.$Properties;
    }

    /**
     * Properties of a DataReceived.
     * @deprecated Use meridian.DataReceived.$Properties instead.
     */
    interface IDataReceived extends meridian.DataReceived.$Properties {
    }

    /** Represents a DataReceived. */
    class DataReceived {

        /**
         * Constructs a new DataReceived.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.DataReceived.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DataReceived sessionId. */
        sessionId: string;

        /** DataReceived identity. */
        identity: string;

        /** DataReceived payload. */
        payload: Uint8Array;

        /** DataReceived topic. */
        topic: string;

        /** DataReceived lossy. */
        lossy: boolean;

        /** DataReceived wallMs. */
        wallMs: number;

        /**
         * Creates a new DataReceived instance using the specified properties.
         * @param [properties] Properties to set
         * @returns DataReceived instance
         */
        static create(properties: meridian.DataReceived.$Shape): meridian.DataReceived & meridian.DataReceived.$Shape;
        static create(properties?: meridian.DataReceived.$Properties): meridian.DataReceived;

        /**
         * Encodes the specified DataReceived message. Does not implicitly {@link meridian.DataReceived.verify|verify} messages.
         * @param message DataReceived message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.DataReceived.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DataReceived message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.DataReceived & meridian.DataReceived.$Shape} DataReceived
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.DataReceived & meridian.DataReceived.$Shape;

        /**
         * Gets the type url for DataReceived
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace DataReceived {

        /** Properties of a DataReceived. */
        interface $Properties {

            /** DataReceived sessionId */
            sessionId?: (string|null);

            /** DataReceived identity */
            identity?: (string|null);

            /** DataReceived payload */
            payload?: (Uint8Array|null);

            /** DataReceived topic */
            topic?: (string|null);

            /** DataReceived lossy */
            lossy?: (boolean|null);

            /** DataReceived wallMs */
            wallMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DataReceived. */
        type $Shape = meridian.DataReceived.$Properties;
    }

    /**
     * Properties of a TrackMoved.
     * @deprecated Use meridian.TrackMoved.$Properties instead.
     */
    interface ITrackMoved extends meridian.TrackMoved.$Properties {
    }

    /** Represents a TrackMoved. */
    class TrackMoved {

        /**
         * Constructs a new TrackMoved.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TrackMoved.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TrackMoved trackId. */
        trackId: string;

        /** TrackMoved trackEpoch. */
        trackEpoch: number;

        /** TrackMoved oldConsumerId. */
        oldConsumerId: string;

        /** TrackMoved subscription. */
        subscription?: (meridian.Subscription.$Properties|null);

        /**
         * Creates a new TrackMoved instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TrackMoved instance
         */
        static create(properties: meridian.TrackMoved.$Shape): meridian.TrackMoved & meridian.TrackMoved.$Shape;
        static create(properties?: meridian.TrackMoved.$Properties): meridian.TrackMoved;

        /**
         * Encodes the specified TrackMoved message. Does not implicitly {@link meridian.TrackMoved.verify|verify} messages.
         * @param message TrackMoved message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TrackMoved.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TrackMoved message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TrackMoved & meridian.TrackMoved.$Shape} TrackMoved
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TrackMoved & meridian.TrackMoved.$Shape;

        /**
         * Gets the type url for TrackMoved
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TrackMoved {

        /** Properties of a TrackMoved. */
        interface $Properties {

            /** TrackMoved trackId */
            trackId?: (string|null);

            /** TrackMoved trackEpoch */
            trackEpoch?: (number|null);

            /** TrackMoved oldConsumerId */
            oldConsumerId?: (string|null);

            /** TrackMoved subscription */
            subscription?: (meridian.Subscription.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TrackMoved. */
        type $Shape = {
          trackId?: string|null;
          trackEpoch?: number|null;
          oldConsumerId?: string|null;
          subscription?: meridian.Subscription.$Shape|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a MoveParticipant.
     * @deprecated Use meridian.MoveParticipant.$Properties instead.
     */
    interface IMoveParticipant extends meridian.MoveParticipant.$Properties {
    }

    /** Represents a MoveParticipant. */
    class MoveParticipant {

        /**
         * Constructs a new MoveParticipant.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.MoveParticipant.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** MoveParticipant moveId. */
        moveId: string;

        /** MoveParticipant node. */
        node?: (meridian.Place.$Properties|null);

        /** MoveParticipant sendTransport. */
        sendTransport?: (meridian.TransportInfo.$Properties|null);

        /** MoveParticipant recvTransport. */
        recvTransport?: (meridian.TransportInfo.$Properties|null);

        /** MoveParticipant reason. */
        reason: string;

        /** MoveParticipant decisionId. */
        decisionId: string;

        /** MoveParticipant subscriptions. */
        subscriptions: meridian.Subscription.$Properties[];

        /**
         * Creates a new MoveParticipant instance using the specified properties.
         * @param [properties] Properties to set
         * @returns MoveParticipant instance
         */
        static create(properties: meridian.MoveParticipant.$Shape): meridian.MoveParticipant & meridian.MoveParticipant.$Shape;
        static create(properties?: meridian.MoveParticipant.$Properties): meridian.MoveParticipant;

        /**
         * Encodes the specified MoveParticipant message. Does not implicitly {@link meridian.MoveParticipant.verify|verify} messages.
         * @param message MoveParticipant message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.MoveParticipant.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MoveParticipant message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.MoveParticipant & meridian.MoveParticipant.$Shape} MoveParticipant
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.MoveParticipant & meridian.MoveParticipant.$Shape;

        /**
         * Gets the type url for MoveParticipant
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace MoveParticipant {

        /** Properties of a MoveParticipant. */
        interface $Properties {

            /** MoveParticipant moveId */
            moveId?: (string|null);

            /** MoveParticipant node */
            node?: (meridian.Place.$Properties|null);

            /** MoveParticipant sendTransport */
            sendTransport?: (meridian.TransportInfo.$Properties|null);

            /** MoveParticipant recvTransport */
            recvTransport?: (meridian.TransportInfo.$Properties|null);

            /** MoveParticipant reason */
            reason?: (string|null);

            /** MoveParticipant decisionId */
            decisionId?: (string|null);

            /** MoveParticipant subscriptions */
            subscriptions?: (meridian.Subscription.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a MoveParticipant. */
        type $Shape = {
          moveId?: string|null;
          node?: meridian.Place.$Shape|null;
          sendTransport?: meridian.TransportInfo.$Shape|null;
          recvTransport?: meridian.TransportInfo.$Shape|null;
          reason?: string|null;
          decisionId?: string|null;
          subscriptions?: meridian.Subscription.$Shape[]|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a MoveDone.
     * @deprecated Use meridian.MoveDone.$Properties instead.
     */
    interface IMoveDone extends meridian.MoveDone.$Properties {
    }

    /** Represents a MoveDone. */
    class MoveDone {

        /**
         * Constructs a new MoveDone.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.MoveDone.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** MoveDone moveId. */
        moveId: string;

        /** MoveDone ok. */
        ok: boolean;

        /** MoveDone code. */
        code: string;

        /**
         * Creates a new MoveDone instance using the specified properties.
         * @param [properties] Properties to set
         * @returns MoveDone instance
         */
        static create(properties: meridian.MoveDone.$Shape): meridian.MoveDone & meridian.MoveDone.$Shape;
        static create(properties?: meridian.MoveDone.$Properties): meridian.MoveDone;

        /**
         * Encodes the specified MoveDone message. Does not implicitly {@link meridian.MoveDone.verify|verify} messages.
         * @param message MoveDone message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.MoveDone.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MoveDone message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.MoveDone & meridian.MoveDone.$Shape} MoveDone
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.MoveDone & meridian.MoveDone.$Shape;

        /**
         * Gets the type url for MoveDone
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace MoveDone {

        /** Properties of a MoveDone. */
        interface $Properties {

            /** MoveDone moveId */
            moveId?: (string|null);

            /** MoveDone ok */
            ok?: (boolean|null);

            /** MoveDone code */
            code?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a MoveDone. */
        type $Shape = meridian.MoveDone.$Properties;
    }

    /**
     * Properties of an EchoTarget.
     * @deprecated Use meridian.EchoTarget.$Properties instead.
     */
    interface IEchoTarget extends meridian.EchoTarget.$Properties {
    }

    /** Represents an EchoTarget. */
    class EchoTarget {

        /**
         * Constructs a new EchoTarget.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.EchoTarget.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** EchoTarget signalingId. */
        signalingId: string;

        /** EchoTarget url. */
        url: string;

        /**
         * Creates a new EchoTarget instance using the specified properties.
         * @param [properties] Properties to set
         * @returns EchoTarget instance
         */
        static create(properties: meridian.EchoTarget.$Shape): meridian.EchoTarget & meridian.EchoTarget.$Shape;
        static create(properties?: meridian.EchoTarget.$Properties): meridian.EchoTarget;

        /**
         * Encodes the specified EchoTarget message. Does not implicitly {@link meridian.EchoTarget.verify|verify} messages.
         * @param message EchoTarget message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.EchoTarget.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an EchoTarget message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.EchoTarget & meridian.EchoTarget.$Shape} EchoTarget
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.EchoTarget & meridian.EchoTarget.$Shape;

        /**
         * Gets the type url for EchoTarget
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace EchoTarget {

        /** Properties of an EchoTarget. */
        interface $Properties {

            /** EchoTarget signalingId */
            signalingId?: (string|null);

            /** EchoTarget url */
            url?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an EchoTarget. */
        type $Shape = meridian.EchoTarget.$Properties;
    }

    /**
     * Properties of an EchoTargets.
     * @deprecated Use meridian.EchoTargets.$Properties instead.
     */
    interface IEchoTargets extends meridian.EchoTargets.$Properties {
    }

    /** Represents an EchoTargets. */
    class EchoTargets {

        /**
         * Constructs a new EchoTargets.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.EchoTargets.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** EchoTargets targets. */
        targets: meridian.EchoTarget.$Properties[];

        /**
         * Creates a new EchoTargets instance using the specified properties.
         * @param [properties] Properties to set
         * @returns EchoTargets instance
         */
        static create(properties: meridian.EchoTargets.$Shape): meridian.EchoTargets & meridian.EchoTargets.$Shape;
        static create(properties?: meridian.EchoTargets.$Properties): meridian.EchoTargets;

        /**
         * Encodes the specified EchoTargets message. Does not implicitly {@link meridian.EchoTargets.verify|verify} messages.
         * @param message EchoTargets message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.EchoTargets.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an EchoTargets message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.EchoTargets & meridian.EchoTargets.$Shape} EchoTargets
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.EchoTargets & meridian.EchoTargets.$Shape;

        /**
         * Gets the type url for EchoTargets
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace EchoTargets {

        /** Properties of an EchoTargets. */
        interface $Properties {

            /** EchoTargets targets */
            targets?: (meridian.EchoTarget.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an EchoTargets. */
        type $Shape = meridian.EchoTargets.$Properties;
    }

    /**
     * Properties of a TransportChanged.
     * @deprecated Use meridian.TransportChanged.$Properties instead.
     */
    interface ITransportChanged extends meridian.TransportChanged.$Properties {
    }

    /** Represents a TransportChanged. */
    class TransportChanged {

        /**
         * Constructs a new TransportChanged.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TransportChanged.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TransportChanged transportId. */
        transportId: string;

        /** TransportChanged state. */
        state: string;

        /**
         * Creates a new TransportChanged instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TransportChanged instance
         */
        static create(properties: meridian.TransportChanged.$Shape): meridian.TransportChanged & meridian.TransportChanged.$Shape;
        static create(properties?: meridian.TransportChanged.$Properties): meridian.TransportChanged;

        /**
         * Encodes the specified TransportChanged message. Does not implicitly {@link meridian.TransportChanged.verify|verify} messages.
         * @param message TransportChanged message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TransportChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TransportChanged message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TransportChanged & meridian.TransportChanged.$Shape} TransportChanged
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TransportChanged & meridian.TransportChanged.$Shape;

        /**
         * Gets the type url for TransportChanged
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TransportChanged {

        /** Properties of a TransportChanged. */
        interface $Properties {

            /** TransportChanged transportId */
            transportId?: (string|null);

            /** TransportChanged state */
            state?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TransportChanged. */
        type $Shape = meridian.TransportChanged.$Properties;
    }

    /**
     * Properties of a Disconnect.
     * @deprecated Use meridian.Disconnect.$Properties instead.
     */
    interface IDisconnect extends meridian.Disconnect.$Properties {
    }

    /** Represents a Disconnect. */
    class Disconnect {

        /**
         * Constructs a new Disconnect.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Disconnect.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Disconnect code. */
        code: string;

        /** Disconnect message. */
        message: string;

        /** Disconnect reconnect. */
        reconnect: boolean;

        /** Disconnect retryAfterMs. */
        retryAfterMs: number;

        /**
         * Creates a new Disconnect instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Disconnect instance
         */
        static create(properties: meridian.Disconnect.$Shape): meridian.Disconnect & meridian.Disconnect.$Shape;
        static create(properties?: meridian.Disconnect.$Properties): meridian.Disconnect;

        /**
         * Encodes the specified Disconnect message. Does not implicitly {@link meridian.Disconnect.verify|verify} messages.
         * @param message Disconnect message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Disconnect.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Disconnect message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Disconnect & meridian.Disconnect.$Shape} Disconnect
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Disconnect & meridian.Disconnect.$Shape;

        /**
         * Gets the type url for Disconnect
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Disconnect {

        /** Properties of a Disconnect. */
        interface $Properties {

            /** Disconnect code */
            code?: (string|null);

            /** Disconnect message */
            message?: (string|null);

            /** Disconnect reconnect */
            reconnect?: (boolean|null);

            /** Disconnect retryAfterMs */
            retryAfterMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Disconnect. */
        type $Shape = meridian.Disconnect.$Properties;
    }

    /**
     * Properties of a ServerFrame.
     * @deprecated Use meridian.ServerFrame.$Properties instead.
     */
    interface IServerFrame extends meridian.ServerFrame.$Properties {
    }

    /** Represents a ServerFrame. */
    class ServerFrame {

        /**
         * Constructs a new ServerFrame.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ServerFrame.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ServerFrame replyTo. */
        replyTo: number;

        /** ServerFrame error. */
        error?: (meridian.ErrorInfo.$Properties|null);

        /** ServerFrame ack. */
        ack?: (meridian.Ack.$Properties|null);

        /** ServerFrame joined. */
        joined?: (meridian.Joined.$Properties|null);

        /** ServerFrame published. */
        published?: (meridian.Published.$Properties|null);

        /** ServerFrame iceRestarted. */
        iceRestarted?: (meridian.IceRestarted.$Properties|null);

        /** ServerFrame roomEvents. */
        roomEvents?: (meridian.RoomEvents.$Properties|null);

        /** ServerFrame rosterSnapshot. */
        rosterSnapshot?: (meridian.RosterSnapshot.$Properties|null);

        /** ServerFrame subscriptionsAdded. */
        subscriptionsAdded?: (meridian.SubscriptionsAdded.$Properties|null);

        /** ServerFrame subscriptionRemoved. */
        subscriptionRemoved?: (meridian.SubscriptionRemoved.$Properties|null);

        /** ServerFrame subscriptionState. */
        subscriptionState?: (meridian.SubscriptionState.$Properties|null);

        /** ServerFrame layerDemand. */
        layerDemand?: (meridian.LayerDemand.$Properties|null);

        /** ServerFrame dataReceived. */
        dataReceived?: (meridian.DataReceived.$Properties|null);

        /** ServerFrame trackMoved. */
        trackMoved?: (meridian.TrackMoved.$Properties|null);

        /** ServerFrame moveParticipant. */
        moveParticipant?: (meridian.MoveParticipant.$Properties|null);

        /** ServerFrame transportChanged. */
        transportChanged?: (meridian.TransportChanged.$Properties|null);

        /** ServerFrame disconnect. */
        disconnect?: (meridian.Disconnect.$Properties|null);

        /** ServerFrame pong. */
        pong?: (meridian.Pong.$Properties|null);

        /** ServerFrame echoTargets. */
        echoTargets?: (meridian.EchoTargets.$Properties|null);

        /** ServerFrame moveDone. */
        moveDone?: (meridian.MoveDone.$Properties|null);

        /** ServerFrame placementExplained. */
        placementExplained?: (meridian.PlacementExplained.$Properties|null);

        /** ServerFrame renditionWanted. */
        renditionWanted?: (meridian.RenditionWanted.$Properties|null);

        /** ServerFrame roomViewers. */
        roomViewers?: (meridian.RoomViewers.$Properties|null);

        /** ServerFrame ownTrackStats. */
        ownTrackStats?: (meridian.OwnTrackStats.$Properties|null);

        /** ServerFrame waiting. */
        waiting?: (meridian.Waiting.$Properties|null);

        /** ServerFrame lobby. */
        lobby?: (meridian.Lobby.$Properties|null);

        /** ServerFrame unmuteAsked. */
        unmuteAsked?: (meridian.UnmuteAsked.$Properties|null);

        /** ServerFrame rightsChanged. */
        rightsChanged?: (meridian.RightsChanged.$Properties|null);

        /** ServerFrame body. */
        body?: ("error"|"ack"|"joined"|"published"|"iceRestarted"|"roomEvents"|"rosterSnapshot"|"subscriptionsAdded"|"subscriptionRemoved"|"subscriptionState"|"layerDemand"|"dataReceived"|"trackMoved"|"moveParticipant"|"transportChanged"|"disconnect"|"pong"|"echoTargets"|"moveDone"|"placementExplained"|"renditionWanted"|"roomViewers"|"ownTrackStats"|"waiting"|"lobby"|"unmuteAsked"|"rightsChanged");

        /**
         * Creates a new ServerFrame instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ServerFrame instance
         */
        static create(properties: meridian.ServerFrame.$Shape): meridian.ServerFrame & meridian.ServerFrame.$Shape;
        static create(properties?: meridian.ServerFrame.$Properties): meridian.ServerFrame;

        /**
         * Encodes the specified ServerFrame message. Does not implicitly {@link meridian.ServerFrame.verify|verify} messages.
         * @param message ServerFrame message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ServerFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ServerFrame message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ServerFrame & meridian.ServerFrame.$Shape} ServerFrame
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ServerFrame & meridian.ServerFrame.$Shape;

        /**
         * Gets the type url for ServerFrame
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ServerFrame {

        /** Properties of a ServerFrame. */
        interface $Properties {

            /** ServerFrame replyTo */
            replyTo?: (number|null);

            /** ServerFrame error */
            error?: (meridian.ErrorInfo.$Properties|null);

            /** ServerFrame ack */
            ack?: (meridian.Ack.$Properties|null);

            /** ServerFrame joined */
            joined?: (meridian.Joined.$Properties|null);

            /** ServerFrame published */
            published?: (meridian.Published.$Properties|null);

            /** ServerFrame iceRestarted */
            iceRestarted?: (meridian.IceRestarted.$Properties|null);

            /** ServerFrame roomEvents */
            roomEvents?: (meridian.RoomEvents.$Properties|null);

            /** ServerFrame rosterSnapshot */
            rosterSnapshot?: (meridian.RosterSnapshot.$Properties|null);

            /** ServerFrame subscriptionsAdded */
            subscriptionsAdded?: (meridian.SubscriptionsAdded.$Properties|null);

            /** ServerFrame subscriptionRemoved */
            subscriptionRemoved?: (meridian.SubscriptionRemoved.$Properties|null);

            /** ServerFrame subscriptionState */
            subscriptionState?: (meridian.SubscriptionState.$Properties|null);

            /** ServerFrame layerDemand */
            layerDemand?: (meridian.LayerDemand.$Properties|null);

            /** ServerFrame dataReceived */
            dataReceived?: (meridian.DataReceived.$Properties|null);

            /** ServerFrame trackMoved */
            trackMoved?: (meridian.TrackMoved.$Properties|null);

            /** ServerFrame moveParticipant */
            moveParticipant?: (meridian.MoveParticipant.$Properties|null);

            /** ServerFrame transportChanged */
            transportChanged?: (meridian.TransportChanged.$Properties|null);

            /** ServerFrame disconnect */
            disconnect?: (meridian.Disconnect.$Properties|null);

            /** ServerFrame pong */
            pong?: (meridian.Pong.$Properties|null);

            /** ServerFrame echoTargets */
            echoTargets?: (meridian.EchoTargets.$Properties|null);

            /** ServerFrame moveDone */
            moveDone?: (meridian.MoveDone.$Properties|null);

            /** ServerFrame placementExplained */
            placementExplained?: (meridian.PlacementExplained.$Properties|null);

            /** ServerFrame renditionWanted */
            renditionWanted?: (meridian.RenditionWanted.$Properties|null);

            /** ServerFrame roomViewers */
            roomViewers?: (meridian.RoomViewers.$Properties|null);

            /** ServerFrame ownTrackStats */
            ownTrackStats?: (meridian.OwnTrackStats.$Properties|null);

            /** ServerFrame waiting */
            waiting?: (meridian.Waiting.$Properties|null);

            /** ServerFrame lobby */
            lobby?: (meridian.Lobby.$Properties|null);

            /** ServerFrame unmuteAsked */
            unmuteAsked?: (meridian.UnmuteAsked.$Properties|null);

            /** ServerFrame rightsChanged */
            rightsChanged?: (meridian.RightsChanged.$Properties|null);

            /** ServerFrame body */
            body?: ("error"|"ack"|"joined"|"published"|"iceRestarted"|"roomEvents"|"rosterSnapshot"|"subscriptionsAdded"|"subscriptionRemoved"|"subscriptionState"|"layerDemand"|"dataReceived"|"trackMoved"|"moveParticipant"|"transportChanged"|"disconnect"|"pong"|"echoTargets"|"moveDone"|"placementExplained"|"renditionWanted"|"roomViewers"|"ownTrackStats"|"waiting"|"lobby"|"unmuteAsked"|"rightsChanged");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a ServerFrame. */
        type $Shape = {
          replyTo?: number|null;
          error?: meridian.ErrorInfo.$Shape|null;
          ack?: meridian.Ack.$Shape|null;
          joined?: meridian.Joined.$Shape|null;
          published?: meridian.Published.$Shape|null;
          iceRestarted?: meridian.IceRestarted.$Shape|null;
          roomEvents?: meridian.RoomEvents.$Shape|null;
          rosterSnapshot?: meridian.RosterSnapshot.$Shape|null;
          subscriptionsAdded?: meridian.SubscriptionsAdded.$Shape|null;
          subscriptionRemoved?: meridian.SubscriptionRemoved.$Shape|null;
          subscriptionState?: meridian.SubscriptionState.$Shape|null;
          layerDemand?: meridian.LayerDemand.$Shape|null;
          dataReceived?: meridian.DataReceived.$Shape|null;
          trackMoved?: meridian.TrackMoved.$Shape|null;
          moveParticipant?: meridian.MoveParticipant.$Shape|null;
          transportChanged?: meridian.TransportChanged.$Shape|null;
          disconnect?: meridian.Disconnect.$Shape|null;
          pong?: meridian.Pong.$Shape|null;
          echoTargets?: meridian.EchoTargets.$Shape|null;
          moveDone?: meridian.MoveDone.$Shape|null;
          placementExplained?: meridian.PlacementExplained.$Shape|null;
          renditionWanted?: meridian.RenditionWanted.$Shape|null;
          roomViewers?: meridian.RoomViewers.$Shape|null;
          ownTrackStats?: meridian.OwnTrackStats.$Shape|null;
          waiting?: meridian.Waiting.$Shape|null;
          lobby?: meridian.Lobby.$Shape|null;
          unmuteAsked?: meridian.UnmuteAsked.$Shape|null;
          rightsChanged?: meridian.RightsChanged.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ body?: undefined; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "error"; error: meridian.ErrorInfo.$Shape; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "ack"; error?: null; ack: meridian.Ack.$Shape; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "joined"; error?: null; ack?: null; joined: meridian.Joined.$Shape; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "published"; error?: null; ack?: null; joined?: null; published: meridian.Published.$Shape; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "iceRestarted"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted: meridian.IceRestarted.$Shape; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "roomEvents"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents: meridian.RoomEvents.$Shape; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "rosterSnapshot"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot: meridian.RosterSnapshot.$Shape; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "subscriptionsAdded"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded: meridian.SubscriptionsAdded.$Shape; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "subscriptionRemoved"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved: meridian.SubscriptionRemoved.$Shape; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "subscriptionState"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState: meridian.SubscriptionState.$Shape; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "layerDemand"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand: meridian.LayerDemand.$Shape; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "dataReceived"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived: meridian.DataReceived.$Shape; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "trackMoved"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved: meridian.TrackMoved.$Shape; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "moveParticipant"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant: meridian.MoveParticipant.$Shape; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "transportChanged"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged: meridian.TransportChanged.$Shape; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "disconnect"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect: meridian.Disconnect.$Shape; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "pong"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong: meridian.Pong.$Shape; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "echoTargets"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets: meridian.EchoTargets.$Shape; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "moveDone"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone: meridian.MoveDone.$Shape; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "placementExplained"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained: meridian.PlacementExplained.$Shape; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "renditionWanted"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted: meridian.RenditionWanted.$Shape; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "roomViewers"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers: meridian.RoomViewers.$Shape; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "ownTrackStats"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats: meridian.OwnTrackStats.$Shape; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "waiting"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting: meridian.Waiting.$Shape; lobby?: null; unmuteAsked?: null; rightsChanged?: null }|{ body?: "lobby"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby: meridian.Lobby.$Shape; unmuteAsked?: null; rightsChanged?: null }|{ body?: "unmuteAsked"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked: meridian.UnmuteAsked.$Shape; rightsChanged?: null }|{ body?: "rightsChanged"; error?: null; ack?: null; joined?: null; published?: null; iceRestarted?: null; roomEvents?: null; rosterSnapshot?: null; subscriptionsAdded?: null; subscriptionRemoved?: null; subscriptionState?: null; layerDemand?: null; dataReceived?: null; trackMoved?: null; moveParticipant?: null; transportChanged?: null; disconnect?: null; pong?: null; echoTargets?: null; moveDone?: null; placementExplained?: null; renditionWanted?: null; roomViewers?: null; ownTrackStats?: null; waiting?: null; lobby?: null; unmuteAsked?: null; rightsChanged: meridian.RightsChanged.$Shape })
        );
    }

    /**
     * Properties of an Empty.
     * @deprecated Use meridian.Empty.$Properties instead.
     */
    interface IEmpty extends meridian.Empty.$Properties {
    }

    /** Represents an Empty. */
    class Empty {

        /**
         * Constructs a new Empty.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Empty.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new Empty instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Empty instance
         */
        static create(properties: meridian.Empty.$Shape): meridian.Empty & meridian.Empty.$Shape;
        static create(properties?: meridian.Empty.$Properties): meridian.Empty;

        /**
         * Encodes the specified Empty message. Does not implicitly {@link meridian.Empty.verify|verify} messages.
         * @param message Empty message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Empty.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Empty message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Empty & meridian.Empty.$Shape} Empty
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Empty & meridian.Empty.$Shape;

        /**
         * Gets the type url for Empty
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Empty {

        /** Properties of an Empty. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Empty. */
        type $Shape = meridian.Empty.$Properties;
    }

    /**
     * Properties of an Address.
     * @deprecated Use meridian.Address.$Properties instead.
     */
    interface IAddress extends meridian.Address.$Properties {
    }

    /** Represents an Address. */
    class Address {

        /**
         * Constructs a new Address.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Address.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Address purpose. */
        purpose: string;

        /** Address protocol. */
        protocol: string;

        /** Address ip. */
        ip: string;

        /** Address announced. */
        announced: string;

        /** Address port. */
        port: number;

        /**
         * Creates a new Address instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Address instance
         */
        static create(properties: meridian.Address.$Shape): meridian.Address & meridian.Address.$Shape;
        static create(properties?: meridian.Address.$Properties): meridian.Address;

        /**
         * Encodes the specified Address message. Does not implicitly {@link meridian.Address.verify|verify} messages.
         * @param message Address message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Address.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Address message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Address & meridian.Address.$Shape} Address
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Address & meridian.Address.$Shape;

        /**
         * Gets the type url for Address
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Address {

        /** Properties of an Address. */
        interface $Properties {

            /** Address purpose */
            purpose?: (string|null);

            /** Address protocol */
            protocol?: (string|null);

            /** Address ip */
            ip?: (string|null);

            /** Address announced */
            announced?: (string|null);

            /** Address port */
            port?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Address. */
        type $Shape = meridian.Address.$Properties;
    }

    /**
     * Properties of a Capacity.
     * @deprecated Use meridian.Capacity.$Properties instead.
     */
    interface ICapacity extends meridian.Capacity.$Properties {
    }

    /** Represents a Capacity. */
    class Capacity {

        /**
         * Constructs a new Capacity.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Capacity.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Capacity bandwidthBps. */
        bandwidthBps: number;

        /** Capacity cpuCores. */
        cpuCores: number;

        /** Capacity sessions. */
        sessions: number;

        /** Capacity consumers. */
        consumers: number;

        /**
         * Creates a new Capacity instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Capacity instance
         */
        static create(properties: meridian.Capacity.$Shape): meridian.Capacity & meridian.Capacity.$Shape;
        static create(properties?: meridian.Capacity.$Properties): meridian.Capacity;

        /**
         * Encodes the specified Capacity message. Does not implicitly {@link meridian.Capacity.verify|verify} messages.
         * @param message Capacity message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Capacity.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Capacity message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Capacity & meridian.Capacity.$Shape} Capacity
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Capacity & meridian.Capacity.$Shape;

        /**
         * Gets the type url for Capacity
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Capacity {

        /** Properties of a Capacity. */
        interface $Properties {

            /** Capacity bandwidthBps */
            bandwidthBps?: (number|null);

            /** Capacity cpuCores */
            cpuCores?: (number|null);

            /** Capacity sessions */
            sessions?: (number|null);

            /** Capacity consumers */
            consumers?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Capacity. */
        type $Shape = meridian.Capacity.$Properties;
    }

    /**
     * Properties of a Versions.
     * @deprecated Use meridian.Versions.$Properties instead.
     */
    interface IVersions extends meridian.Versions.$Properties {
    }

    /** Represents a Versions. */
    class Versions {

        /**
         * Constructs a new Versions.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Versions.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Versions software. */
        software: string;

        /** Versions protocol. */
        protocol: number;

        /** Versions router. */
        router: number;

        /**
         * Creates a new Versions instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Versions instance
         */
        static create(properties: meridian.Versions.$Shape): meridian.Versions & meridian.Versions.$Shape;
        static create(properties?: meridian.Versions.$Properties): meridian.Versions;

        /**
         * Encodes the specified Versions message. Does not implicitly {@link meridian.Versions.verify|verify} messages.
         * @param message Versions message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Versions.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Versions message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Versions & meridian.Versions.$Shape} Versions
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Versions & meridian.Versions.$Shape;

        /**
         * Gets the type url for Versions
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Versions {

        /** Properties of a Versions. */
        interface $Properties {

            /** Versions software */
            software?: (string|null);

            /** Versions protocol */
            protocol?: (number|null);

            /** Versions router */
            router?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Versions. */
        type $Shape = meridian.Versions.$Properties;
    }

    /**
     * Properties of a NodeDescription.
     * @deprecated Use meridian.NodeDescription.$Properties instead.
     */
    interface INodeDescription extends meridian.NodeDescription.$Properties {
    }

    /** Represents a NodeDescription. */
    class NodeDescription {

        /**
         * Constructs a new NodeDescription.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.NodeDescription.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** NodeDescription nodeId. */
        nodeId: string;

        /** NodeDescription kind. */
        kind: string;

        /** NodeDescription region. */
        region: string;

        /** NodeDescription city. */
        city: string;

        /** NodeDescription hostId. */
        hostId: string;

        /** NodeDescription latitude. */
        latitude: number;

        /** NodeDescription longitude. */
        longitude: number;

        /** NodeDescription addresses. */
        addresses: meridian.Address.$Properties[];

        /** NodeDescription capacity. */
        capacity?: (meridian.Capacity.$Properties|null);

        /** NodeDescription versions. */
        versions?: (meridian.Versions.$Properties|null);

        /** NodeDescription incarnation. */
        incarnation: string;

        /** NodeDescription publicUrl. */
        publicUrl: string;

        /**
         * Creates a new NodeDescription instance using the specified properties.
         * @param [properties] Properties to set
         * @returns NodeDescription instance
         */
        static create(properties: meridian.NodeDescription.$Shape): meridian.NodeDescription & meridian.NodeDescription.$Shape;
        static create(properties?: meridian.NodeDescription.$Properties): meridian.NodeDescription;

        /**
         * Encodes the specified NodeDescription message. Does not implicitly {@link meridian.NodeDescription.verify|verify} messages.
         * @param message NodeDescription message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.NodeDescription.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a NodeDescription message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.NodeDescription & meridian.NodeDescription.$Shape} NodeDescription
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.NodeDescription & meridian.NodeDescription.$Shape;

        /**
         * Gets the type url for NodeDescription
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace NodeDescription {

        /** Properties of a NodeDescription. */
        interface $Properties {

            /** NodeDescription nodeId */
            nodeId?: (string|null);

            /** NodeDescription kind */
            kind?: (string|null);

            /** NodeDescription region */
            region?: (string|null);

            /** NodeDescription city */
            city?: (string|null);

            /** NodeDescription hostId */
            hostId?: (string|null);

            /** NodeDescription latitude */
            latitude?: (number|null);

            /** NodeDescription longitude */
            longitude?: (number|null);

            /** NodeDescription addresses */
            addresses?: (meridian.Address.$Properties[]|null);

            /** NodeDescription capacity */
            capacity?: (meridian.Capacity.$Properties|null);

            /** NodeDescription versions */
            versions?: (meridian.Versions.$Properties|null);

            /** NodeDescription incarnation */
            incarnation?: (string|null);

            /** NodeDescription publicUrl */
            publicUrl?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a NodeDescription. */
        type $Shape = meridian.NodeDescription.$Properties;
    }

    /**
     * Properties of a RoomHeld.
     * @deprecated Use meridian.RoomHeld.$Properties instead.
     */
    interface IRoomHeld extends meridian.RoomHeld.$Properties {
    }

    /** Represents a RoomHeld. */
    class RoomHeld {

        /**
         * Constructs a new RoomHeld.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomHeld.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomHeld roomKey. */
        roomKey: string;

        /** RoomHeld epoch. */
        epoch: number;

        /** RoomHeld ownerId. */
        ownerId: string;

        /** RoomHeld sessionIds. */
        sessionIds: string[];

        /** RoomHeld decisionIds. */
        decisionIds: string[];

        /** RoomHeld fence. */
        fence?: (string|null);

        /**
         * Creates a new RoomHeld instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomHeld instance
         */
        static create(properties: meridian.RoomHeld.$Shape): meridian.RoomHeld & meridian.RoomHeld.$Shape;
        static create(properties?: meridian.RoomHeld.$Properties): meridian.RoomHeld;

        /**
         * Encodes the specified RoomHeld message. Does not implicitly {@link meridian.RoomHeld.verify|verify} messages.
         * @param message RoomHeld message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomHeld.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomHeld message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomHeld & meridian.RoomHeld.$Shape} RoomHeld
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomHeld & meridian.RoomHeld.$Shape;

        /**
         * Gets the type url for RoomHeld
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomHeld {

        /** Properties of a RoomHeld. */
        interface $Properties {

            /** RoomHeld roomKey */
            roomKey?: (string|null);

            /** RoomHeld epoch */
            epoch?: (number|null);

            /** RoomHeld ownerId */
            ownerId?: (string|null);

            /** RoomHeld sessionIds */
            sessionIds?: (string[]|null);

            /** RoomHeld decisionIds */
            decisionIds?: (string[]|null);

            /** RoomHeld fence */
            fence?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomHeld. */
        type $Shape = meridian.RoomHeld.$Properties;
    }

    /**
     * Properties of a Load.
     * @deprecated Use meridian.Load.$Properties instead.
     */
    interface ILoad extends meridian.Load.$Properties {
    }

    /** Represents a Load. */
    class Load {

        /**
         * Constructs a new Load.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Load.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Load cpu. */
        cpu: number;

        /** Load txBps. */
        txBps: number;

        /** Load rxBps. */
        rxBps: number;

        /** Load sessions. */
        sessions: number;

        /** Load producers. */
        producers: number;

        /** Load consumers. */
        consumers: number;

        /** Load loopLagMsP99. */
        loopLagMsP99: number;

        /** Load rssBytes. */
        rssBytes: number;

        /** Load secondHomes. */
        secondHomes: number;

        /** Load transcodeMillicores. */
        transcodeMillicores: number;

        /** Load transcodeMillicoresUsed. */
        transcodeMillicoresUsed: number;

        /**
         * Creates a new Load instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Load instance
         */
        static create(properties: meridian.Load.$Shape): meridian.Load & meridian.Load.$Shape;
        static create(properties?: meridian.Load.$Properties): meridian.Load;

        /**
         * Encodes the specified Load message. Does not implicitly {@link meridian.Load.verify|verify} messages.
         * @param message Load message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Load.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Load message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Load & meridian.Load.$Shape} Load
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Load & meridian.Load.$Shape;

        /**
         * Gets the type url for Load
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Load {

        /** Properties of a Load. */
        interface $Properties {

            /** Load cpu */
            cpu?: (number|null);

            /** Load txBps */
            txBps?: (number|null);

            /** Load rxBps */
            rxBps?: (number|null);

            /** Load sessions */
            sessions?: (number|null);

            /** Load producers */
            producers?: (number|null);

            /** Load consumers */
            consumers?: (number|null);

            /** Load loopLagMsP99 */
            loopLagMsP99?: (number|null);

            /** Load rssBytes */
            rssBytes?: (number|null);

            /** Load secondHomes */
            secondHomes?: (number|null);

            /** Load transcodeMillicores */
            transcodeMillicores?: (number|null);

            /** Load transcodeMillicoresUsed */
            transcodeMillicoresUsed?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Load. */
        type $Shape = meridian.Load.$Properties;
    }

    /**
     * Properties of a Register.
     * @deprecated Use meridian.Register.$Properties instead.
     */
    interface IRegister extends meridian.Register.$Properties {
    }

    /** Represents a Register. */
    class Register {

        /**
         * Constructs a new Register.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Register.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Register node. */
        node?: (meridian.NodeDescription.$Properties|null);

        /** Register rooms. */
        rooms: meridian.RoomHeld.$Properties[];

        /** Register load. */
        load?: (meridian.Load.$Properties|null);

        /** Register planVersion. */
        planVersion: number;

        /** Register planDeltas. */
        planDeltas: boolean;

        /** Register pathDeltas. */
        pathDeltas: boolean;

        /** Register centreEpoch. */
        centreEpoch: number;

        /** Register centreIncarnation. */
        centreIncarnation: string;

        /** Register regionEpoch. */
        regionEpoch: number;

        /** Register regionIncarnation. */
        regionIncarnation: string;

        /**
         * Creates a new Register instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Register instance
         */
        static create(properties: meridian.Register.$Shape): meridian.Register & meridian.Register.$Shape;
        static create(properties?: meridian.Register.$Properties): meridian.Register;

        /**
         * Encodes the specified Register message. Does not implicitly {@link meridian.Register.verify|verify} messages.
         * @param message Register message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Register.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Register message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Register & meridian.Register.$Shape} Register
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Register & meridian.Register.$Shape;

        /**
         * Gets the type url for Register
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Register {

        /** Properties of a Register. */
        interface $Properties {

            /** Register node */
            node?: (meridian.NodeDescription.$Properties|null);

            /** Register rooms */
            rooms?: (meridian.RoomHeld.$Properties[]|null);

            /** Register load */
            load?: (meridian.Load.$Properties|null);

            /** Register planVersion */
            planVersion?: (number|null);

            /** Register planDeltas */
            planDeltas?: (boolean|null);

            /** Register pathDeltas */
            pathDeltas?: (boolean|null);

            /** Register centreEpoch */
            centreEpoch?: (number|null);

            /** Register centreIncarnation */
            centreIncarnation?: (string|null);

            /** Register regionEpoch */
            regionEpoch?: (number|null);

            /** Register regionIncarnation */
            regionIncarnation?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Register. */
        type $Shape = meridian.Register.$Properties;
    }

    /**
     * Properties of a Registered.
     * @deprecated Use meridian.Registered.$Properties instead.
     */
    interface IRegistered extends meridian.Registered.$Properties {
    }

    /** Represents a Registered. */
    class Registered {

        /**
         * Constructs a new Registered.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Registered.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Registered centreIncarnation. */
        centreIncarnation: string;

        /** Registered plan. */
        plan?: (meridian.Plan.$Properties|null);

        /** Registered reportIntervalMs. */
        reportIntervalMs: number;

        /** Registered draining. */
        draining: boolean;

        /** Registered centreEpoch. */
        centreEpoch: number;

        /**
         * Creates a new Registered instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Registered instance
         */
        static create(properties: meridian.Registered.$Shape): meridian.Registered & meridian.Registered.$Shape;
        static create(properties?: meridian.Registered.$Properties): meridian.Registered;

        /**
         * Encodes the specified Registered message. Does not implicitly {@link meridian.Registered.verify|verify} messages.
         * @param message Registered message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Registered.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Registered message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Registered & meridian.Registered.$Shape} Registered
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Registered & meridian.Registered.$Shape;

        /**
         * Gets the type url for Registered
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Registered {

        /** Properties of a Registered. */
        interface $Properties {

            /** Registered centreIncarnation */
            centreIncarnation?: (string|null);

            /** Registered plan */
            plan?: (meridian.Plan.$Properties|null);

            /** Registered reportIntervalMs */
            reportIntervalMs?: (number|null);

            /** Registered draining */
            draining?: (boolean|null);

            /** Registered centreEpoch */
            centreEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Registered. */
        type $Shape = meridian.Registered.$Properties;
    }

    /**
     * Properties of a Leader.
     * @deprecated Use meridian.Leader.$Properties instead.
     */
    interface ILeader extends meridian.Leader.$Properties {
    }

    /** Represents a Leader. */
    class Leader {

        /**
         * Constructs a new Leader.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Leader.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Leader leading. */
        leading: boolean;

        /** Leader centreEpoch. */
        centreEpoch: number;

        /** Leader url. */
        url: string;

        /** Leader spreadMs. */
        spreadMs: number;

        /**
         * Creates a new Leader instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Leader instance
         */
        static create(properties: meridian.Leader.$Shape): meridian.Leader & meridian.Leader.$Shape;
        static create(properties?: meridian.Leader.$Properties): meridian.Leader;

        /**
         * Encodes the specified Leader message. Does not implicitly {@link meridian.Leader.verify|verify} messages.
         * @param message Leader message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Leader.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Leader message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Leader & meridian.Leader.$Shape} Leader
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Leader & meridian.Leader.$Shape;

        /**
         * Gets the type url for Leader
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Leader {

        /** Properties of a Leader. */
        interface $Properties {

            /** Leader leading */
            leading?: (boolean|null);

            /** Leader centreEpoch */
            centreEpoch?: (number|null);

            /** Leader url */
            url?: (string|null);

            /** Leader spreadMs */
            spreadMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Leader. */
        type $Shape = meridian.Leader.$Properties;
    }

    /**
     * Properties of a Report.
     * @deprecated Use meridian.Report.$Properties instead.
     */
    interface IReport extends meridian.Report.$Properties {
    }

    /** Represents a Report. */
    class Report {

        /**
         * Constructs a new Report.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Report.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Report incarnation. */
        incarnation: string;

        /** Report load. */
        load?: (meridian.Load.$Properties|null);

        /** Report seq. */
        seq: number;

        /** Report sessionCount. */
        sessionCount: number;

        /** Report sessionHash. */
        sessionHash: number;

        /** Report roomsChanged. */
        roomsChanged: meridian.RoomHeld.$Properties[];

        /** Report roomsGone. */
        roomsGone: string[];

        /** Report confirmedDecisionIds. */
        confirmedDecisionIds: string[];

        /** Report state. */
        state: string;

        /** Report planWanted. */
        planWanted: boolean;

        /** Report decisionHash. */
        decisionHash?: (number|null);

        /**
         * Creates a new Report instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Report instance
         */
        static create(properties: meridian.Report.$Shape): meridian.Report & meridian.Report.$Shape;
        static create(properties?: meridian.Report.$Properties): meridian.Report;

        /**
         * Encodes the specified Report message. Does not implicitly {@link meridian.Report.verify|verify} messages.
         * @param message Report message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Report.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Report message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Report & meridian.Report.$Shape} Report
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Report & meridian.Report.$Shape;

        /**
         * Gets the type url for Report
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Report {

        /** Properties of a Report. */
        interface $Properties {

            /** Report incarnation */
            incarnation?: (string|null);

            /** Report load */
            load?: (meridian.Load.$Properties|null);

            /** Report seq */
            seq?: (number|null);

            /** Report sessionCount */
            sessionCount?: (number|null);

            /** Report sessionHash */
            sessionHash?: (number|null);

            /** Report roomsChanged */
            roomsChanged?: (meridian.RoomHeld.$Properties[]|null);

            /** Report roomsGone */
            roomsGone?: (string[]|null);

            /** Report confirmedDecisionIds */
            confirmedDecisionIds?: (string[]|null);

            /** Report state */
            state?: (string|null);

            /** Report planWanted */
            planWanted?: (boolean|null);

            /** Report decisionHash */
            decisionHash?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Report. */
        type $Shape = meridian.Report.$Properties;
    }

    /**
     * Properties of a FullReportWanted.
     * @deprecated Use meridian.FullReportWanted.$Properties instead.
     */
    interface IFullReportWanted extends meridian.FullReportWanted.$Properties {
    }

    /** Represents a FullReportWanted. */
    class FullReportWanted {

        /**
         * Constructs a new FullReportWanted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.FullReportWanted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new FullReportWanted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns FullReportWanted instance
         */
        static create(properties: meridian.FullReportWanted.$Shape): meridian.FullReportWanted & meridian.FullReportWanted.$Shape;
        static create(properties?: meridian.FullReportWanted.$Properties): meridian.FullReportWanted;

        /**
         * Encodes the specified FullReportWanted message. Does not implicitly {@link meridian.FullReportWanted.verify|verify} messages.
         * @param message FullReportWanted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.FullReportWanted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a FullReportWanted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.FullReportWanted & meridian.FullReportWanted.$Shape} FullReportWanted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.FullReportWanted & meridian.FullReportWanted.$Shape;

        /**
         * Gets the type url for FullReportWanted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace FullReportWanted {

        /** Properties of a FullReportWanted. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a FullReportWanted. */
        type $Shape = meridian.FullReportWanted.$Properties;
    }

    /**
     * Properties of a FullReport.
     * @deprecated Use meridian.FullReport.$Properties instead.
     */
    interface IFullReport extends meridian.FullReport.$Properties {
    }

    /** Represents a FullReport. */
    class FullReport {

        /**
         * Constructs a new FullReport.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.FullReport.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** FullReport incarnation. */
        incarnation: string;

        /** FullReport rooms. */
        rooms: meridian.RoomHeld.$Properties[];

        /** FullReport load. */
        load?: (meridian.Load.$Properties|null);

        /**
         * Creates a new FullReport instance using the specified properties.
         * @param [properties] Properties to set
         * @returns FullReport instance
         */
        static create(properties: meridian.FullReport.$Shape): meridian.FullReport & meridian.FullReport.$Shape;
        static create(properties?: meridian.FullReport.$Properties): meridian.FullReport;

        /**
         * Encodes the specified FullReport message. Does not implicitly {@link meridian.FullReport.verify|verify} messages.
         * @param message FullReport message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.FullReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a FullReport message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.FullReport & meridian.FullReport.$Shape} FullReport
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.FullReport & meridian.FullReport.$Shape;

        /**
         * Gets the type url for FullReport
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace FullReport {

        /** Properties of a FullReport. */
        interface $Properties {

            /** FullReport incarnation */
            incarnation?: (string|null);

            /** FullReport rooms */
            rooms?: (meridian.RoomHeld.$Properties[]|null);

            /** FullReport load */
            load?: (meridian.Load.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a FullReport. */
        type $Shape = meridian.FullReport.$Properties;
    }

    /**
     * Properties of a NodeRef.
     * @deprecated Use meridian.NodeRef.$Properties instead.
     */
    interface INodeRef extends meridian.NodeRef.$Properties {
    }

    /** Represents a NodeRef. */
    class NodeRef {

        /**
         * Constructs a new NodeRef.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.NodeRef.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** NodeRef nodeId. */
        nodeId: string;

        /** NodeRef kind. */
        kind: string;

        /** NodeRef region. */
        region: string;

        /** NodeRef city. */
        city: string;

        /** NodeRef hostId. */
        hostId: string;

        /** NodeRef latitude. */
        latitude: number;

        /** NodeRef longitude. */
        longitude: number;

        /** NodeRef addresses. */
        addresses: meridian.Address.$Properties[];

        /** NodeRef incarnation. */
        incarnation: string;

        /** NodeRef state. */
        state: string;

        /** NodeRef publicUrl. */
        publicUrl: string;

        /**
         * Creates a new NodeRef instance using the specified properties.
         * @param [properties] Properties to set
         * @returns NodeRef instance
         */
        static create(properties: meridian.NodeRef.$Shape): meridian.NodeRef & meridian.NodeRef.$Shape;
        static create(properties?: meridian.NodeRef.$Properties): meridian.NodeRef;

        /**
         * Encodes the specified NodeRef message. Does not implicitly {@link meridian.NodeRef.verify|verify} messages.
         * @param message NodeRef message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.NodeRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a NodeRef message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.NodeRef & meridian.NodeRef.$Shape} NodeRef
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.NodeRef & meridian.NodeRef.$Shape;

        /**
         * Gets the type url for NodeRef
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace NodeRef {

        /** Properties of a NodeRef. */
        interface $Properties {

            /** NodeRef nodeId */
            nodeId?: (string|null);

            /** NodeRef kind */
            kind?: (string|null);

            /** NodeRef region */
            region?: (string|null);

            /** NodeRef city */
            city?: (string|null);

            /** NodeRef hostId */
            hostId?: (string|null);

            /** NodeRef latitude */
            latitude?: (number|null);

            /** NodeRef longitude */
            longitude?: (number|null);

            /** NodeRef addresses */
            addresses?: (meridian.Address.$Properties[]|null);

            /** NodeRef incarnation */
            incarnation?: (string|null);

            /** NodeRef state */
            state?: (string|null);

            /** NodeRef publicUrl */
            publicUrl?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a NodeRef. */
        type $Shape = meridian.NodeRef.$Properties;
    }

    /**
     * Properties of a PairPath.
     * @deprecated Use meridian.PairPath.$Properties instead.
     */
    interface IPairPath extends meridian.PairPath.$Properties {
    }

    /** Represents a PairPath. */
    class PairPath {

        /**
         * Constructs a new PairPath.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PairPath.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PairPath a. */
        a: string;

        /** PairPath b. */
        b: string;

        /** PairPath via. */
        via: string;

        /** PairPath delayMs. */
        delayMs: number;

        /**
         * Creates a new PairPath instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PairPath instance
         */
        static create(properties: meridian.PairPath.$Shape): meridian.PairPath & meridian.PairPath.$Shape;
        static create(properties?: meridian.PairPath.$Properties): meridian.PairPath;

        /**
         * Encodes the specified PairPath message. Does not implicitly {@link meridian.PairPath.verify|verify} messages.
         * @param message PairPath message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PairPath.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PairPath message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PairPath & meridian.PairPath.$Shape} PairPath
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PairPath & meridian.PairPath.$Shape;

        /**
         * Gets the type url for PairPath
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PairPath {

        /** Properties of a PairPath. */
        interface $Properties {

            /** PairPath a */
            a?: (string|null);

            /** PairPath b */
            b?: (string|null);

            /** PairPath via */
            via?: (string|null);

            /** PairPath delayMs */
            delayMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PairPath. */
        type $Shape = meridian.PairPath.$Properties;
    }

    /**
     * Properties of a Plan.
     * @deprecated Use meridian.Plan.$Properties instead.
     */
    interface IPlan extends meridian.Plan.$Properties {
    }

    /** Represents a Plan. */
    class Plan {

        /**
         * Constructs a new Plan.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Plan.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Plan version. */
        version: number;

        /** Plan centreIncarnation. */
        centreIncarnation: string;

        /** Plan nodes. */
        nodes: meridian.NodeRef.$Properties[];

        /** Plan paths. */
        paths: meridian.PairPath.$Properties[];

        /** Plan deniedIds. */
        deniedIds: string[];

        /** Plan since. */
        since: number;

        /** Plan goneNodeIds. */
        goneNodeIds: string[];

        /** Plan pathChanges. */
        pathChanges: boolean;

        /** Plan gonePaths. */
        gonePaths: meridian.PairPath.$Properties[];

        /** Plan centreEpoch. */
        centreEpoch: number;

        /**
         * Creates a new Plan instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Plan instance
         */
        static create(properties: meridian.Plan.$Shape): meridian.Plan & meridian.Plan.$Shape;
        static create(properties?: meridian.Plan.$Properties): meridian.Plan;

        /**
         * Encodes the specified Plan message. Does not implicitly {@link meridian.Plan.verify|verify} messages.
         * @param message Plan message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Plan.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Plan message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Plan & meridian.Plan.$Shape} Plan
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Plan & meridian.Plan.$Shape;

        /**
         * Gets the type url for Plan
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Plan {

        /** Properties of a Plan. */
        interface $Properties {

            /** Plan version */
            version?: (number|null);

            /** Plan centreIncarnation */
            centreIncarnation?: (string|null);

            /** Plan nodes */
            nodes?: (meridian.NodeRef.$Properties[]|null);

            /** Plan paths */
            paths?: (meridian.PairPath.$Properties[]|null);

            /** Plan deniedIds */
            deniedIds?: (string[]|null);

            /** Plan since */
            since?: (number|null);

            /** Plan goneNodeIds */
            goneNodeIds?: (string[]|null);

            /** Plan pathChanges */
            pathChanges?: (boolean|null);

            /** Plan gonePaths */
            gonePaths?: (meridian.PairPath.$Properties[]|null);

            /** Plan centreEpoch */
            centreEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Plan. */
        type $Shape = meridian.Plan.$Properties;
    }

    /**
     * Properties of a RouteRow.
     * @deprecated Use meridian.RouteRow.$Properties instead.
     */
    interface IRouteRow extends meridian.RouteRow.$Properties {
    }

    /** Represents a RouteRow. */
    class RouteRow {

        /**
         * Constructs a new RouteRow.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RouteRow.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RouteRow toHostId. */
        toHostId: string;

        /** RouteRow primaryVia. */
        primaryVia: string;

        /** RouteRow hasStandby. */
        hasStandby: boolean;

        /** RouteRow standbyVia. */
        standbyVia: string;

        /** RouteRow pairKey. */
        pairKey: Uint8Array;

        /** RouteRow inUse. */
        inUse: boolean;

        /**
         * Creates a new RouteRow instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RouteRow instance
         */
        static create(properties: meridian.RouteRow.$Shape): meridian.RouteRow & meridian.RouteRow.$Shape;
        static create(properties?: meridian.RouteRow.$Properties): meridian.RouteRow;

        /**
         * Encodes the specified RouteRow message. Does not implicitly {@link meridian.RouteRow.verify|verify} messages.
         * @param message RouteRow message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RouteRow.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RouteRow message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RouteRow & meridian.RouteRow.$Shape} RouteRow
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RouteRow & meridian.RouteRow.$Shape;

        /**
         * Gets the type url for RouteRow
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RouteRow {

        /** Properties of a RouteRow. */
        interface $Properties {

            /** RouteRow toHostId */
            toHostId?: (string|null);

            /** RouteRow primaryVia */
            primaryVia?: (string|null);

            /** RouteRow hasStandby */
            hasStandby?: (boolean|null);

            /** RouteRow standbyVia */
            standbyVia?: (string|null);

            /** RouteRow pairKey */
            pairKey?: (Uint8Array|null);

            /** RouteRow inUse */
            inUse?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RouteRow. */
        type $Shape = meridian.RouteRow.$Properties;
    }

    /**
     * Properties of a Routes.
     * @deprecated Use meridian.Routes.$Properties instead.
     */
    interface IRoutes extends meridian.Routes.$Properties {
    }

    /** Represents a Routes. */
    class Routes {

        /**
         * Constructs a new Routes.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Routes.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Routes version. */
        version: number;

        /** Routes since. */
        since: number;

        /** Routes rows. */
        rows: meridian.RouteRow.$Properties[];

        /** Routes centreEpoch. */
        centreEpoch: number;

        /**
         * Creates a new Routes instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Routes instance
         */
        static create(properties: meridian.Routes.$Shape): meridian.Routes & meridian.Routes.$Shape;
        static create(properties?: meridian.Routes.$Properties): meridian.Routes;

        /**
         * Encodes the specified Routes message. Does not implicitly {@link meridian.Routes.verify|verify} messages.
         * @param message Routes message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Routes.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Routes message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Routes & meridian.Routes.$Shape} Routes
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Routes & meridian.Routes.$Shape;

        /**
         * Gets the type url for Routes
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Routes {

        /** Properties of a Routes. */
        interface $Properties {

            /** Routes version */
            version?: (number|null);

            /** Routes since */
            since?: (number|null);

            /** Routes rows */
            rows?: (meridian.RouteRow.$Properties[]|null);

            /** Routes centreEpoch */
            centreEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Routes. */
        type $Shape = meridian.Routes.$Properties;
    }

    /**
     * Properties of a LinkSample.
     * @deprecated Use meridian.LinkSample.$Properties instead.
     */
    interface ILinkSample extends meridian.LinkSample.$Properties {
    }

    /** Represents a LinkSample. */
    class LinkSample {

        /**
         * Constructs a new LinkSample.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.LinkSample.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LinkSample toHostId. */
        toHostId: string;

        /** LinkSample rttMs. */
        rttMs: number;

        /** LinkSample onewayChangeMs. */
        onewayChangeMs: number;

        /** LinkSample jitterMs. */
        jitterMs: number;

        /** LinkSample lossFast. */
        lossFast: number;

        /** LinkSample lossSlow. */
        lossSlow: number;

        /** LinkSample slowProbes. */
        slowProbes: number;

        /** LinkSample silent. */
        silent: boolean;

        /**
         * Creates a new LinkSample instance using the specified properties.
         * @param [properties] Properties to set
         * @returns LinkSample instance
         */
        static create(properties: meridian.LinkSample.$Shape): meridian.LinkSample & meridian.LinkSample.$Shape;
        static create(properties?: meridian.LinkSample.$Properties): meridian.LinkSample;

        /**
         * Encodes the specified LinkSample message. Does not implicitly {@link meridian.LinkSample.verify|verify} messages.
         * @param message LinkSample message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.LinkSample.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LinkSample message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.LinkSample & meridian.LinkSample.$Shape} LinkSample
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.LinkSample & meridian.LinkSample.$Shape;

        /**
         * Gets the type url for LinkSample
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace LinkSample {

        /** Properties of a LinkSample. */
        interface $Properties {

            /** LinkSample toHostId */
            toHostId?: (string|null);

            /** LinkSample rttMs */
            rttMs?: (number|null);

            /** LinkSample onewayChangeMs */
            onewayChangeMs?: (number|null);

            /** LinkSample jitterMs */
            jitterMs?: (number|null);

            /** LinkSample lossFast */
            lossFast?: (number|null);

            /** LinkSample lossSlow */
            lossSlow?: (number|null);

            /** LinkSample slowProbes */
            slowProbes?: (number|null);

            /** LinkSample silent */
            silent?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LinkSample. */
        type $Shape = meridian.LinkSample.$Properties;
    }

    /**
     * Properties of a ProbeReport.
     * @deprecated Use meridian.ProbeReport.$Properties instead.
     */
    interface IProbeReport extends meridian.ProbeReport.$Properties {
    }

    /** Represents a ProbeReport. */
    class ProbeReport {

        /**
         * Constructs a new ProbeReport.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ProbeReport.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ProbeReport samples. */
        samples: meridian.LinkSample.$Properties[];

        /**
         * Creates a new ProbeReport instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ProbeReport instance
         */
        static create(properties: meridian.ProbeReport.$Shape): meridian.ProbeReport & meridian.ProbeReport.$Shape;
        static create(properties?: meridian.ProbeReport.$Properties): meridian.ProbeReport;

        /**
         * Encodes the specified ProbeReport message. Does not implicitly {@link meridian.ProbeReport.verify|verify} messages.
         * @param message ProbeReport message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ProbeReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ProbeReport message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ProbeReport & meridian.ProbeReport.$Shape} ProbeReport
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ProbeReport & meridian.ProbeReport.$Shape;

        /**
         * Gets the type url for ProbeReport
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ProbeReport {

        /** Properties of a ProbeReport. */
        interface $Properties {

            /** ProbeReport samples */
            samples?: (meridian.LinkSample.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ProbeReport. */
        type $Shape = meridian.ProbeReport.$Properties;
    }

    /**
     * Properties of a PathFlip.
     * @deprecated Use meridian.PathFlip.$Properties instead.
     */
    interface IPathFlip extends meridian.PathFlip.$Properties {
    }

    /** Represents a PathFlip. */
    class PathFlip {

        /**
         * Constructs a new PathFlip.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PathFlip.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PathFlip toHostId. */
        toHostId: string;

        /** PathFlip via. */
        via: string;

        /** PathFlip reason. */
        reason: string;

        /**
         * Creates a new PathFlip instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PathFlip instance
         */
        static create(properties: meridian.PathFlip.$Shape): meridian.PathFlip & meridian.PathFlip.$Shape;
        static create(properties?: meridian.PathFlip.$Properties): meridian.PathFlip;

        /**
         * Encodes the specified PathFlip message. Does not implicitly {@link meridian.PathFlip.verify|verify} messages.
         * @param message PathFlip message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PathFlip.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PathFlip message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PathFlip & meridian.PathFlip.$Shape} PathFlip
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PathFlip & meridian.PathFlip.$Shape;

        /**
         * Gets the type url for PathFlip
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PathFlip {

        /** Properties of a PathFlip. */
        interface $Properties {

            /** PathFlip toHostId */
            toHostId?: (string|null);

            /** PathFlip via */
            via?: (string|null);

            /** PathFlip reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PathFlip. */
        type $Shape = meridian.PathFlip.$Properties;
    }

    /**
     * Properties of a PathReport.
     * @deprecated Use meridian.PathReport.$Properties instead.
     */
    interface IPathReport extends meridian.PathReport.$Properties {
    }

    /** Represents a PathReport. */
    class PathReport {

        /**
         * Constructs a new PathReport.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PathReport.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PathReport flips. */
        flips: meridian.PathFlip.$Properties[];

        /** PathReport samples. */
        samples: meridian.LinkSample.$Properties[];

        /**
         * Creates a new PathReport instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PathReport instance
         */
        static create(properties: meridian.PathReport.$Shape): meridian.PathReport & meridian.PathReport.$Shape;
        static create(properties?: meridian.PathReport.$Properties): meridian.PathReport;

        /**
         * Encodes the specified PathReport message. Does not implicitly {@link meridian.PathReport.verify|verify} messages.
         * @param message PathReport message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PathReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PathReport message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PathReport & meridian.PathReport.$Shape} PathReport
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PathReport & meridian.PathReport.$Shape;

        /**
         * Gets the type url for PathReport
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PathReport {

        /** Properties of a PathReport. */
        interface $Properties {

            /** PathReport flips */
            flips?: (meridian.PathFlip.$Properties[]|null);

            /** PathReport samples */
            samples?: (meridian.LinkSample.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PathReport. */
        type $Shape = meridian.PathReport.$Properties;
    }

    /**
     * Properties of a Drain.
     * @deprecated Use meridian.Drain.$Properties instead.
     */
    interface IDrain extends meridian.Drain.$Properties {
    }

    /** Represents a Drain. */
    class Drain {

        /**
         * Constructs a new Drain.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Drain.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Drain on. */
        on: boolean;

        /** Drain reason. */
        reason: string;

        /**
         * Creates a new Drain instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Drain instance
         */
        static create(properties: meridian.Drain.$Shape): meridian.Drain & meridian.Drain.$Shape;
        static create(properties?: meridian.Drain.$Properties): meridian.Drain;

        /**
         * Encodes the specified Drain message. Does not implicitly {@link meridian.Drain.verify|verify} messages.
         * @param message Drain message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Drain.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Drain message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Drain & meridian.Drain.$Shape} Drain
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Drain & meridian.Drain.$Shape;

        /**
         * Gets the type url for Drain
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Drain {

        /** Properties of a Drain. */
        interface $Properties {

            /** Drain on */
            on?: (boolean|null);

            /** Drain reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Drain. */
        type $Shape = meridian.Drain.$Properties;
    }

    /**
     * Properties of a RenewCertificate.
     * @deprecated Use meridian.RenewCertificate.$Properties instead.
     */
    interface IRenewCertificate extends meridian.RenewCertificate.$Properties {
    }

    /** Represents a RenewCertificate. */
    class RenewCertificate {

        /**
         * Constructs a new RenewCertificate.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RenewCertificate.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RenewCertificate csrPem. */
        csrPem: string;

        /**
         * Creates a new RenewCertificate instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RenewCertificate instance
         */
        static create(properties: meridian.RenewCertificate.$Shape): meridian.RenewCertificate & meridian.RenewCertificate.$Shape;
        static create(properties?: meridian.RenewCertificate.$Properties): meridian.RenewCertificate;

        /**
         * Encodes the specified RenewCertificate message. Does not implicitly {@link meridian.RenewCertificate.verify|verify} messages.
         * @param message RenewCertificate message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RenewCertificate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RenewCertificate message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RenewCertificate & meridian.RenewCertificate.$Shape} RenewCertificate
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RenewCertificate & meridian.RenewCertificate.$Shape;

        /**
         * Gets the type url for RenewCertificate
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RenewCertificate {

        /** Properties of a RenewCertificate. */
        interface $Properties {

            /** RenewCertificate csrPem */
            csrPem?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RenewCertificate. */
        type $Shape = meridian.RenewCertificate.$Properties;
    }

    /**
     * Properties of a CertificateRenewed.
     * @deprecated Use meridian.CertificateRenewed.$Properties instead.
     */
    interface ICertificateRenewed extends meridian.CertificateRenewed.$Properties {
    }

    /** Represents a CertificateRenewed. */
    class CertificateRenewed {

        /**
         * Constructs a new CertificateRenewed.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.CertificateRenewed.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** CertificateRenewed certPem. */
        certPem: string;

        /** CertificateRenewed caPem. */
        caPem: string;

        /** CertificateRenewed notAfterMs. */
        notAfterMs: number;

        /**
         * Creates a new CertificateRenewed instance using the specified properties.
         * @param [properties] Properties to set
         * @returns CertificateRenewed instance
         */
        static create(properties: meridian.CertificateRenewed.$Shape): meridian.CertificateRenewed & meridian.CertificateRenewed.$Shape;
        static create(properties?: meridian.CertificateRenewed.$Properties): meridian.CertificateRenewed;

        /**
         * Encodes the specified CertificateRenewed message. Does not implicitly {@link meridian.CertificateRenewed.verify|verify} messages.
         * @param message CertificateRenewed message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.CertificateRenewed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a CertificateRenewed message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.CertificateRenewed & meridian.CertificateRenewed.$Shape} CertificateRenewed
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.CertificateRenewed & meridian.CertificateRenewed.$Shape;

        /**
         * Gets the type url for CertificateRenewed
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace CertificateRenewed {

        /** Properties of a CertificateRenewed. */
        interface $Properties {

            /** CertificateRenewed certPem */
            certPem?: (string|null);

            /** CertificateRenewed caPem */
            caPem?: (string|null);

            /** CertificateRenewed notAfterMs */
            notAfterMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a CertificateRenewed. */
        type $Shape = meridian.CertificateRenewed.$Properties;
    }

    /**
     * Properties of a Location.
     * @deprecated Use meridian.Location.$Properties instead.
     */
    interface ILocation extends meridian.Location.$Properties {
    }

    /** Represents a Location. */
    class Location {

        /**
         * Constructs a new Location.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Location.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Location latitude. */
        latitude: number;

        /** Location longitude. */
        longitude: number;

        /** Location radiusKm. */
        radiusKm: number;

        /** Location source. */
        source: string;

        /** Location label. */
        label: string;

        /** Location countryCode. */
        countryCode: string;

        /**
         * Creates a new Location instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Location instance
         */
        static create(properties: meridian.Location.$Shape): meridian.Location & meridian.Location.$Shape;
        static create(properties?: meridian.Location.$Properties): meridian.Location;

        /**
         * Encodes the specified Location message. Does not implicitly {@link meridian.Location.verify|verify} messages.
         * @param message Location message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Location.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Location message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Location & meridian.Location.$Shape} Location
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Location & meridian.Location.$Shape;

        /**
         * Gets the type url for Location
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Location {

        /** Properties of a Location. */
        interface $Properties {

            /** Location latitude */
            latitude?: (number|null);

            /** Location longitude */
            longitude?: (number|null);

            /** Location radiusKm */
            radiusKm?: (number|null);

            /** Location source */
            source?: (string|null);

            /** Location label */
            label?: (string|null);

            /** Location countryCode */
            countryCode?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Location. */
        type $Shape = meridian.Location.$Properties;
    }

    /**
     * Properties of a LocateRequest.
     * @deprecated Use meridian.LocateRequest.$Properties instead.
     */
    interface ILocateRequest extends meridian.LocateRequest.$Properties {
    }

    /** Represents a LocateRequest. */
    class LocateRequest {

        /**
         * Constructs a new LocateRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.LocateRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LocateRequest clientIp. */
        clientIp: string;

        /** LocateRequest fromCity. */
        fromCity: string;

        /**
         * Creates a new LocateRequest instance using the specified properties.
         * @param [properties] Properties to set
         * @returns LocateRequest instance
         */
        static create(properties: meridian.LocateRequest.$Shape): meridian.LocateRequest & meridian.LocateRequest.$Shape;
        static create(properties?: meridian.LocateRequest.$Properties): meridian.LocateRequest;

        /**
         * Encodes the specified LocateRequest message. Does not implicitly {@link meridian.LocateRequest.verify|verify} messages.
         * @param message LocateRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.LocateRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LocateRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.LocateRequest & meridian.LocateRequest.$Shape} LocateRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.LocateRequest & meridian.LocateRequest.$Shape;

        /**
         * Gets the type url for LocateRequest
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace LocateRequest {

        /** Properties of a LocateRequest. */
        interface $Properties {

            /** LocateRequest clientIp */
            clientIp?: (string|null);

            /** LocateRequest fromCity */
            fromCity?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LocateRequest. */
        type $Shape = meridian.LocateRequest.$Properties;
    }

    /**
     * Properties of a LocateReply.
     * @deprecated Use meridian.LocateReply.$Properties instead.
     */
    interface ILocateReply extends meridian.LocateReply.$Properties {
    }

    /** Represents a LocateReply. */
    class LocateReply {

        /**
         * Constructs a new LocateReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.LocateReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LocateReply location. */
        location?: (meridian.Location.$Properties|null);

        /** LocateReply signalingIds. */
        signalingIds: string[];

        /**
         * Creates a new LocateReply instance using the specified properties.
         * @param [properties] Properties to set
         * @returns LocateReply instance
         */
        static create(properties: meridian.LocateReply.$Shape): meridian.LocateReply & meridian.LocateReply.$Shape;
        static create(properties?: meridian.LocateReply.$Properties): meridian.LocateReply;

        /**
         * Encodes the specified LocateReply message. Does not implicitly {@link meridian.LocateReply.verify|verify} messages.
         * @param message LocateReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.LocateReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LocateReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.LocateReply & meridian.LocateReply.$Shape} LocateReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.LocateReply & meridian.LocateReply.$Shape;

        /**
         * Gets the type url for LocateReply
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace LocateReply {

        /** Properties of a LocateReply. */
        interface $Properties {

            /** LocateReply location */
            location?: (meridian.Location.$Properties|null);

            /** LocateReply signalingIds */
            signalingIds?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LocateReply. */
        type $Shape = meridian.LocateReply.$Properties;
    }

    /**
     * Properties of a PlaceRequest.
     * @deprecated Use meridian.PlaceRequest.$Properties instead.
     */
    interface IPlaceRequest extends meridian.PlaceRequest.$Properties {
    }

    /** Represents a PlaceRequest. */
    class PlaceRequest {

        /**
         * Constructs a new PlaceRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PlaceRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PlaceRequest roomKey. */
        roomKey: string;

        /** PlaceRequest sessionId. */
        sessionId: string;

        /** PlaceRequest clientIp. */
        clientIp: string;

        /** PlaceRequest fromCity. */
        fromCity: string;

        /** PlaceRequest echoTimes. */
        echoTimes: meridian.EchoTime.$Properties[];

        /** PlaceRequest avoidNodeIds. */
        avoidNodeIds: string[];

        /** PlaceRequest signalingId. */
        signalingId: string;

        /** PlaceRequest regionPin. */
        regionPin: string;

        /** PlaceRequest mode. */
        mode: string;

        /** PlaceRequest priorSessionId. */
        priorSessionId: string;

        /** PlaceRequest priorProven. */
        priorProven: boolean;

        /** PlaceRequest openerId. */
        openerId: string;

        /** PlaceRequest onHost. */
        onHost: boolean;

        /** PlaceRequest limits. */
        limits?: (meridian.TenantLimits.$Properties|null);

        /** PlaceRequest person. */
        person: string;

        /**
         * Creates a new PlaceRequest instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PlaceRequest instance
         */
        static create(properties: meridian.PlaceRequest.$Shape): meridian.PlaceRequest & meridian.PlaceRequest.$Shape;
        static create(properties?: meridian.PlaceRequest.$Properties): meridian.PlaceRequest;

        /**
         * Encodes the specified PlaceRequest message. Does not implicitly {@link meridian.PlaceRequest.verify|verify} messages.
         * @param message PlaceRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PlaceRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PlaceRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PlaceRequest & meridian.PlaceRequest.$Shape} PlaceRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PlaceRequest & meridian.PlaceRequest.$Shape;

        /**
         * Gets the type url for PlaceRequest
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PlaceRequest {

        /** Properties of a PlaceRequest. */
        interface $Properties {

            /** PlaceRequest roomKey */
            roomKey?: (string|null);

            /** PlaceRequest sessionId */
            sessionId?: (string|null);

            /** PlaceRequest clientIp */
            clientIp?: (string|null);

            /** PlaceRequest fromCity */
            fromCity?: (string|null);

            /** PlaceRequest echoTimes */
            echoTimes?: (meridian.EchoTime.$Properties[]|null);

            /** PlaceRequest avoidNodeIds */
            avoidNodeIds?: (string[]|null);

            /** PlaceRequest signalingId */
            signalingId?: (string|null);

            /** PlaceRequest regionPin */
            regionPin?: (string|null);

            /** PlaceRequest mode */
            mode?: (string|null);

            /** PlaceRequest priorSessionId */
            priorSessionId?: (string|null);

            /** PlaceRequest priorProven */
            priorProven?: (boolean|null);

            /** PlaceRequest openerId */
            openerId?: (string|null);

            /** PlaceRequest onHost */
            onHost?: (boolean|null);

            /** PlaceRequest limits */
            limits?: (meridian.TenantLimits.$Properties|null);

            /** PlaceRequest person */
            person?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PlaceRequest. */
        type $Shape = meridian.PlaceRequest.$Properties;
    }

    /**
     * Properties of a ScoreLine.
     * @deprecated Use meridian.ScoreLine.$Properties instead.
     */
    interface IScoreLine extends meridian.ScoreLine.$Properties {
    }

    /** Represents a ScoreLine. */
    class ScoreLine {

        /**
         * Constructs a new ScoreLine.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ScoreLine.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ScoreLine hostId. */
        hostId: string;

        /** ScoreLine nodeId. */
        nodeId: string;

        /** ScoreLine total. */
        total: number;

        /** ScoreLine parts. */
        parts: meridian.ScorePart.$Properties[];

        /**
         * Creates a new ScoreLine instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ScoreLine instance
         */
        static create(properties: meridian.ScoreLine.$Shape): meridian.ScoreLine & meridian.ScoreLine.$Shape;
        static create(properties?: meridian.ScoreLine.$Properties): meridian.ScoreLine;

        /**
         * Encodes the specified ScoreLine message. Does not implicitly {@link meridian.ScoreLine.verify|verify} messages.
         * @param message ScoreLine message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ScoreLine.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ScoreLine message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ScoreLine & meridian.ScoreLine.$Shape} ScoreLine
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ScoreLine & meridian.ScoreLine.$Shape;

        /**
         * Gets the type url for ScoreLine
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ScoreLine {

        /** Properties of a ScoreLine. */
        interface $Properties {

            /** ScoreLine hostId */
            hostId?: (string|null);

            /** ScoreLine nodeId */
            nodeId?: (string|null);

            /** ScoreLine total */
            total?: (number|null);

            /** ScoreLine parts */
            parts?: (meridian.ScorePart.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ScoreLine. */
        type $Shape = meridian.ScoreLine.$Properties;
    }

    /**
     * Properties of a ScorePart.
     * @deprecated Use meridian.ScorePart.$Properties instead.
     */
    interface IScorePart extends meridian.ScorePart.$Properties {
    }

    /** Represents a ScorePart. */
    class ScorePart {

        /**
         * Constructs a new ScorePart.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ScorePart.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ScorePart name. */
        name: string;

        /** ScorePart score. */
        score: number;

        /** ScorePart weight. */
        weight: number;

        /** ScorePart reason. */
        reason: string;

        /**
         * Creates a new ScorePart instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ScorePart instance
         */
        static create(properties: meridian.ScorePart.$Shape): meridian.ScorePart & meridian.ScorePart.$Shape;
        static create(properties?: meridian.ScorePart.$Properties): meridian.ScorePart;

        /**
         * Encodes the specified ScorePart message. Does not implicitly {@link meridian.ScorePart.verify|verify} messages.
         * @param message ScorePart message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ScorePart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ScorePart message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ScorePart & meridian.ScorePart.$Shape} ScorePart
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ScorePart & meridian.ScorePart.$Shape;

        /**
         * Gets the type url for ScorePart
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ScorePart {

        /** Properties of a ScorePart. */
        interface $Properties {

            /** ScorePart name */
            name?: (string|null);

            /** ScorePart score */
            score?: (number|null);

            /** ScorePart weight */
            weight?: (number|null);

            /** ScorePart reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ScorePart. */
        type $Shape = meridian.ScorePart.$Properties;
    }

    /**
     * Properties of a Rejection.
     * @deprecated Use meridian.Rejection.$Properties instead.
     */
    interface IRejection extends meridian.Rejection.$Properties {
    }

    /** Represents a Rejection. */
    class Rejection {

        /**
         * Constructs a new Rejection.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Rejection.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Rejection hostId. */
        hostId: string;

        /** Rejection nodeId. */
        nodeId: string;

        /** Rejection filter. */
        filter: string;

        /** Rejection reason. */
        reason: string;

        /** Rejection retryable. */
        retryable: boolean;

        /**
         * Creates a new Rejection instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Rejection instance
         */
        static create(properties: meridian.Rejection.$Shape): meridian.Rejection & meridian.Rejection.$Shape;
        static create(properties?: meridian.Rejection.$Properties): meridian.Rejection;

        /**
         * Encodes the specified Rejection message. Does not implicitly {@link meridian.Rejection.verify|verify} messages.
         * @param message Rejection message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Rejection.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Rejection message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Rejection & meridian.Rejection.$Shape} Rejection
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Rejection & meridian.Rejection.$Shape;

        /**
         * Gets the type url for Rejection
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Rejection {

        /** Properties of a Rejection. */
        interface $Properties {

            /** Rejection hostId */
            hostId?: (string|null);

            /** Rejection nodeId */
            nodeId?: (string|null);

            /** Rejection filter */
            filter?: (string|null);

            /** Rejection reason */
            reason?: (string|null);

            /** Rejection retryable */
            retryable?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Rejection. */
        type $Shape = meridian.Rejection.$Properties;
    }

    /**
     * Properties of a RoomLease.
     * @deprecated Use meridian.RoomLease.$Properties instead.
     */
    interface IRoomLease extends meridian.RoomLease.$Properties {
    }

    /** Represents a RoomLease. */
    class RoomLease {

        /**
         * Constructs a new RoomLease.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomLease.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomLease roomKey. */
        roomKey: string;

        /** RoomLease ownerId. */
        ownerId: string;

        /** RoomLease epoch. */
        epoch: number;

        /** RoomLease expiresInMs. */
        expiresInMs: number;

        /** RoomLease created. */
        created: boolean;

        /** RoomLease nodeIds. */
        nodeIds: string[];

        /**
         * Creates a new RoomLease instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomLease instance
         */
        static create(properties: meridian.RoomLease.$Shape): meridian.RoomLease & meridian.RoomLease.$Shape;
        static create(properties?: meridian.RoomLease.$Properties): meridian.RoomLease;

        /**
         * Encodes the specified RoomLease message. Does not implicitly {@link meridian.RoomLease.verify|verify} messages.
         * @param message RoomLease message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomLease.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomLease message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomLease & meridian.RoomLease.$Shape} RoomLease
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomLease & meridian.RoomLease.$Shape;

        /**
         * Gets the type url for RoomLease
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomLease {

        /** Properties of a RoomLease. */
        interface $Properties {

            /** RoomLease roomKey */
            roomKey?: (string|null);

            /** RoomLease ownerId */
            ownerId?: (string|null);

            /** RoomLease epoch */
            epoch?: (number|null);

            /** RoomLease expiresInMs */
            expiresInMs?: (number|null);

            /** RoomLease created */
            created?: (boolean|null);

            /** RoomLease nodeIds */
            nodeIds?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomLease. */
        type $Shape = meridian.RoomLease.$Properties;
    }

    /**
     * Properties of a PlaceReply.
     * @deprecated Use meridian.PlaceReply.$Properties instead.
     */
    interface IPlaceReply extends meridian.PlaceReply.$Properties {
    }

    /** Represents a PlaceReply. */
    class PlaceReply {

        /**
         * Constructs a new PlaceReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PlaceReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PlaceReply ok. */
        ok: boolean;

        /** PlaceReply decisionId. */
        decisionId: string;

        /** PlaceReply nodeId. */
        nodeId: string;

        /** PlaceReply location. */
        location?: (meridian.Location.$Properties|null);

        /** PlaceReply lease. */
        lease?: (meridian.RoomLease.$Properties|null);

        /** PlaceReply mode. */
        mode: string;

        /** PlaceReply code. */
        code: string;

        /** PlaceReply retryAfterMs. */
        retryAfterMs: number;

        /** PlaceReply reasons. */
        reasons: string[];

        /** PlaceReply regionEpoch. */
        regionEpoch: number;

        /**
         * Creates a new PlaceReply instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PlaceReply instance
         */
        static create(properties: meridian.PlaceReply.$Shape): meridian.PlaceReply & meridian.PlaceReply.$Shape;
        static create(properties?: meridian.PlaceReply.$Properties): meridian.PlaceReply;

        /**
         * Encodes the specified PlaceReply message. Does not implicitly {@link meridian.PlaceReply.verify|verify} messages.
         * @param message PlaceReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PlaceReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PlaceReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PlaceReply & meridian.PlaceReply.$Shape} PlaceReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PlaceReply & meridian.PlaceReply.$Shape;

        /**
         * Gets the type url for PlaceReply
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PlaceReply {

        /** Properties of a PlaceReply. */
        interface $Properties {

            /** PlaceReply ok */
            ok?: (boolean|null);

            /** PlaceReply decisionId */
            decisionId?: (string|null);

            /** PlaceReply nodeId */
            nodeId?: (string|null);

            /** PlaceReply location */
            location?: (meridian.Location.$Properties|null);

            /** PlaceReply lease */
            lease?: (meridian.RoomLease.$Properties|null);

            /** PlaceReply mode */
            mode?: (string|null);

            /** PlaceReply code */
            code?: (string|null);

            /** PlaceReply retryAfterMs */
            retryAfterMs?: (number|null);

            /** PlaceReply reasons */
            reasons?: (string[]|null);

            /** PlaceReply regionEpoch */
            regionEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PlaceReply. */
        type $Shape = meridian.PlaceReply.$Properties;
    }

    /**
     * Properties of an ExplainDecision.
     * @deprecated Use meridian.ExplainDecision.$Properties instead.
     */
    interface IExplainDecision extends meridian.ExplainDecision.$Properties {
    }

    /** Represents an ExplainDecision. */
    class ExplainDecision {

        /**
         * Constructs a new ExplainDecision.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ExplainDecision.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ExplainDecision decisionId. */
        decisionId: string;

        /** ExplainDecision sessionId. */
        sessionId: string;

        /**
         * Creates a new ExplainDecision instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ExplainDecision instance
         */
        static create(properties: meridian.ExplainDecision.$Shape): meridian.ExplainDecision & meridian.ExplainDecision.$Shape;
        static create(properties?: meridian.ExplainDecision.$Properties): meridian.ExplainDecision;

        /**
         * Encodes the specified ExplainDecision message. Does not implicitly {@link meridian.ExplainDecision.verify|verify} messages.
         * @param message ExplainDecision message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ExplainDecision.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ExplainDecision message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ExplainDecision & meridian.ExplainDecision.$Shape} ExplainDecision
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ExplainDecision & meridian.ExplainDecision.$Shape;

        /**
         * Gets the type url for ExplainDecision
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ExplainDecision {

        /** Properties of an ExplainDecision. */
        interface $Properties {

            /** ExplainDecision decisionId */
            decisionId?: (string|null);

            /** ExplainDecision sessionId */
            sessionId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ExplainDecision. */
        type $Shape = meridian.ExplainDecision.$Properties;
    }

    /**
     * Properties of a DecisionExplained.
     * @deprecated Use meridian.DecisionExplained.$Properties instead.
     */
    interface IDecisionExplained extends meridian.DecisionExplained.$Properties {
    }

    /** Represents a DecisionExplained. */
    class DecisionExplained {

        /**
         * Constructs a new DecisionExplained.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.DecisionExplained.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DecisionExplained nodeId. */
        nodeId: string;

        /** DecisionExplained scores. */
        scores: meridian.ScoreLine.$Properties[];

        /** DecisionExplained rejections. */
        rejections: meridian.Rejection.$Properties[];

        /** DecisionExplained reasons. */
        reasons: string[];

        /**
         * Creates a new DecisionExplained instance using the specified properties.
         * @param [properties] Properties to set
         * @returns DecisionExplained instance
         */
        static create(properties: meridian.DecisionExplained.$Shape): meridian.DecisionExplained & meridian.DecisionExplained.$Shape;
        static create(properties?: meridian.DecisionExplained.$Properties): meridian.DecisionExplained;

        /**
         * Encodes the specified DecisionExplained message. Does not implicitly {@link meridian.DecisionExplained.verify|verify} messages.
         * @param message DecisionExplained message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.DecisionExplained.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DecisionExplained message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.DecisionExplained & meridian.DecisionExplained.$Shape} DecisionExplained
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.DecisionExplained & meridian.DecisionExplained.$Shape;

        /**
         * Gets the type url for DecisionExplained
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace DecisionExplained {

        /** Properties of a DecisionExplained. */
        interface $Properties {

            /** DecisionExplained nodeId */
            nodeId?: (string|null);

            /** DecisionExplained scores */
            scores?: (meridian.ScoreLine.$Properties[]|null);

            /** DecisionExplained rejections */
            rejections?: (meridian.Rejection.$Properties[]|null);

            /** DecisionExplained reasons */
            reasons?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DecisionExplained. */
        type $Shape = meridian.DecisionExplained.$Properties;
    }

    /**
     * Properties of a MoveSession.
     * @deprecated Use meridian.MoveSession.$Properties instead.
     */
    interface IMoveSession extends meridian.MoveSession.$Properties {
    }

    /** Represents a MoveSession. */
    class MoveSession {

        /**
         * Constructs a new MoveSession.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.MoveSession.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** MoveSession roomKey. */
        roomKey: string;

        /** MoveSession sessionId. */
        sessionId: string;

        /** MoveSession toNodeId. */
        toNodeId: string;

        /** MoveSession decisionId. */
        decisionId: string;

        /** MoveSession reason. */
        reason: string;

        /** MoveSession lease. */
        lease?: (meridian.RoomLease.$Properties|null);

        /**
         * Creates a new MoveSession instance using the specified properties.
         * @param [properties] Properties to set
         * @returns MoveSession instance
         */
        static create(properties: meridian.MoveSession.$Shape): meridian.MoveSession & meridian.MoveSession.$Shape;
        static create(properties?: meridian.MoveSession.$Properties): meridian.MoveSession;

        /**
         * Encodes the specified MoveSession message. Does not implicitly {@link meridian.MoveSession.verify|verify} messages.
         * @param message MoveSession message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.MoveSession.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MoveSession message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.MoveSession & meridian.MoveSession.$Shape} MoveSession
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.MoveSession & meridian.MoveSession.$Shape;

        /**
         * Gets the type url for MoveSession
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace MoveSession {

        /** Properties of a MoveSession. */
        interface $Properties {

            /** MoveSession roomKey */
            roomKey?: (string|null);

            /** MoveSession sessionId */
            sessionId?: (string|null);

            /** MoveSession toNodeId */
            toNodeId?: (string|null);

            /** MoveSession decisionId */
            decisionId?: (string|null);

            /** MoveSession reason */
            reason?: (string|null);

            /** MoveSession lease */
            lease?: (meridian.RoomLease.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a MoveSession. */
        type $Shape = meridian.MoveSession.$Properties;
    }

    /**
     * Properties of an AccessTimes.
     * @deprecated Use meridian.AccessTimes.$Properties instead.
     */
    interface IAccessTimes extends meridian.AccessTimes.$Properties {
    }

    /** Represents an AccessTimes. */
    class AccessTimes {

        /**
         * Constructs a new AccessTimes.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.AccessTimes.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** AccessTimes roomKey. */
        roomKey: string;

        /** AccessTimes sessionId. */
        sessionId: string;

        /** AccessTimes clientIp. */
        clientIp: string;

        /** AccessTimes fromCity. */
        fromCity: string;

        /** AccessTimes echoTimes. */
        echoTimes: meridian.EchoTime.$Properties[];

        /** AccessTimes nodeId. */
        nodeId: string;

        /** AccessTimes nodeRttMs. */
        nodeRttMs: number;

        /** AccessTimes person. */
        person: string;

        /**
         * Creates a new AccessTimes instance using the specified properties.
         * @param [properties] Properties to set
         * @returns AccessTimes instance
         */
        static create(properties: meridian.AccessTimes.$Shape): meridian.AccessTimes & meridian.AccessTimes.$Shape;
        static create(properties?: meridian.AccessTimes.$Properties): meridian.AccessTimes;

        /**
         * Encodes the specified AccessTimes message. Does not implicitly {@link meridian.AccessTimes.verify|verify} messages.
         * @param message AccessTimes message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.AccessTimes.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an AccessTimes message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.AccessTimes & meridian.AccessTimes.$Shape} AccessTimes
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.AccessTimes & meridian.AccessTimes.$Shape;

        /**
         * Gets the type url for AccessTimes
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace AccessTimes {

        /** Properties of an AccessTimes. */
        interface $Properties {

            /** AccessTimes roomKey */
            roomKey?: (string|null);

            /** AccessTimes sessionId */
            sessionId?: (string|null);

            /** AccessTimes clientIp */
            clientIp?: (string|null);

            /** AccessTimes fromCity */
            fromCity?: (string|null);

            /** AccessTimes echoTimes */
            echoTimes?: (meridian.EchoTime.$Properties[]|null);

            /** AccessTimes nodeId */
            nodeId?: (string|null);

            /** AccessTimes nodeRttMs */
            nodeRttMs?: (number|null);

            /** AccessTimes person */
            person?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an AccessTimes. */
        type $Shape = meridian.AccessTimes.$Properties;
    }

    /**
     * Properties of an EchoWanted.
     * @deprecated Use meridian.EchoWanted.$Properties instead.
     */
    interface IEchoWanted extends meridian.EchoWanted.$Properties {
    }

    /** Represents an EchoWanted. */
    class EchoWanted {

        /**
         * Constructs a new EchoWanted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.EchoWanted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** EchoWanted roomKey. */
        roomKey: string;

        /** EchoWanted sessionId. */
        sessionId: string;

        /** EchoWanted signalingIds. */
        signalingIds: string[];

        /**
         * Creates a new EchoWanted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns EchoWanted instance
         */
        static create(properties: meridian.EchoWanted.$Shape): meridian.EchoWanted & meridian.EchoWanted.$Shape;
        static create(properties?: meridian.EchoWanted.$Properties): meridian.EchoWanted;

        /**
         * Encodes the specified EchoWanted message. Does not implicitly {@link meridian.EchoWanted.verify|verify} messages.
         * @param message EchoWanted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.EchoWanted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an EchoWanted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.EchoWanted & meridian.EchoWanted.$Shape} EchoWanted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.EchoWanted & meridian.EchoWanted.$Shape;

        /**
         * Gets the type url for EchoWanted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace EchoWanted {

        /** Properties of an EchoWanted. */
        interface $Properties {

            /** EchoWanted roomKey */
            roomKey?: (string|null);

            /** EchoWanted sessionId */
            sessionId?: (string|null);

            /** EchoWanted signalingIds */
            signalingIds?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an EchoWanted. */
        type $Shape = meridian.EchoWanted.$Properties;
    }

    /**
     * Properties of an EchoKey.
     * @deprecated Use meridian.EchoKey.$Properties instead.
     */
    interface IEchoKey extends meridian.EchoKey.$Properties {
    }

    /** Represents an EchoKey. */
    class EchoKey {

        /**
         * Constructs a new EchoKey.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.EchoKey.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** EchoKey id. */
        id: number;

        /** EchoKey key. */
        key: Uint8Array;

        /**
         * Creates a new EchoKey instance using the specified properties.
         * @param [properties] Properties to set
         * @returns EchoKey instance
         */
        static create(properties: meridian.EchoKey.$Shape): meridian.EchoKey & meridian.EchoKey.$Shape;
        static create(properties?: meridian.EchoKey.$Properties): meridian.EchoKey;

        /**
         * Encodes the specified EchoKey message. Does not implicitly {@link meridian.EchoKey.verify|verify} messages.
         * @param message EchoKey message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.EchoKey.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an EchoKey message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.EchoKey & meridian.EchoKey.$Shape} EchoKey
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.EchoKey & meridian.EchoKey.$Shape;

        /**
         * Gets the type url for EchoKey
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace EchoKey {

        /** Properties of an EchoKey. */
        interface $Properties {

            /** EchoKey id */
            id?: (number|null);

            /** EchoKey key */
            key?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an EchoKey. */
        type $Shape = meridian.EchoKey.$Properties;
    }

    /**
     * Properties of an EchoKeys.
     * @deprecated Use meridian.EchoKeys.$Properties instead.
     */
    interface IEchoKeys extends meridian.EchoKeys.$Properties {
    }

    /** Represents an EchoKeys. */
    class EchoKeys {

        /**
         * Constructs a new EchoKeys.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.EchoKeys.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** EchoKeys keys. */
        keys: meridian.EchoKey.$Properties[];

        /**
         * Creates a new EchoKeys instance using the specified properties.
         * @param [properties] Properties to set
         * @returns EchoKeys instance
         */
        static create(properties: meridian.EchoKeys.$Shape): meridian.EchoKeys & meridian.EchoKeys.$Shape;
        static create(properties?: meridian.EchoKeys.$Properties): meridian.EchoKeys;

        /**
         * Encodes the specified EchoKeys message. Does not implicitly {@link meridian.EchoKeys.verify|verify} messages.
         * @param message EchoKeys message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.EchoKeys.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an EchoKeys message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.EchoKeys & meridian.EchoKeys.$Shape} EchoKeys
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.EchoKeys & meridian.EchoKeys.$Shape;

        /**
         * Gets the type url for EchoKeys
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace EchoKeys {

        /** Properties of an EchoKeys. */
        interface $Properties {

            /** EchoKeys keys */
            keys?: (meridian.EchoKey.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an EchoKeys. */
        type $Shape = meridian.EchoKeys.$Properties;
    }

    /**
     * Properties of a Transcode.
     * @deprecated Use meridian.Transcode.$Properties instead.
     */
    interface ITranscode extends meridian.Transcode.$Properties {
    }

    /** Represents a Transcode. */
    class Transcode {

        /**
         * Constructs a new Transcode.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Transcode.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Transcode roomKey. */
        roomKey: string;

        /** Transcode epoch. */
        epoch: number;

        /** Transcode trackId. */
        trackId: string;

        /** Transcode fromMimeType. */
        fromMimeType: string;

        /** Transcode toMimeType. */
        toMimeType: string;

        /** Transcode width. */
        width: number;

        /** Transcode height. */
        height: number;

        /** Transcode nodeId. */
        nodeId: string;

        /** Transcode fence. */
        fence: string;

        /**
         * Creates a new Transcode instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Transcode instance
         */
        static create(properties: meridian.Transcode.$Shape): meridian.Transcode & meridian.Transcode.$Shape;
        static create(properties?: meridian.Transcode.$Properties): meridian.Transcode;

        /**
         * Encodes the specified Transcode message. Does not implicitly {@link meridian.Transcode.verify|verify} messages.
         * @param message Transcode message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Transcode.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Transcode message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Transcode & meridian.Transcode.$Shape} Transcode
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Transcode & meridian.Transcode.$Shape;

        /**
         * Gets the type url for Transcode
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Transcode {

        /** Properties of a Transcode. */
        interface $Properties {

            /** Transcode roomKey */
            roomKey?: (string|null);

            /** Transcode epoch */
            epoch?: (number|null);

            /** Transcode trackId */
            trackId?: (string|null);

            /** Transcode fromMimeType */
            fromMimeType?: (string|null);

            /** Transcode toMimeType */
            toMimeType?: (string|null);

            /** Transcode width */
            width?: (number|null);

            /** Transcode height */
            height?: (number|null);

            /** Transcode nodeId */
            nodeId?: (string|null);

            /** Transcode fence */
            fence?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Transcode. */
        type $Shape = meridian.Transcode.$Properties;
    }

    /**
     * Properties of a ReleaseDecision.
     * @deprecated Use meridian.ReleaseDecision.$Properties instead.
     */
    interface IReleaseDecision extends meridian.ReleaseDecision.$Properties {
    }

    /** Represents a ReleaseDecision. */
    class ReleaseDecision {

        /**
         * Constructs a new ReleaseDecision.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ReleaseDecision.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ReleaseDecision decisionId. */
        decisionId: string;

        /**
         * Creates a new ReleaseDecision instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ReleaseDecision instance
         */
        static create(properties: meridian.ReleaseDecision.$Shape): meridian.ReleaseDecision & meridian.ReleaseDecision.$Shape;
        static create(properties?: meridian.ReleaseDecision.$Properties): meridian.ReleaseDecision;

        /**
         * Encodes the specified ReleaseDecision message. Does not implicitly {@link meridian.ReleaseDecision.verify|verify} messages.
         * @param message ReleaseDecision message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ReleaseDecision.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ReleaseDecision message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ReleaseDecision & meridian.ReleaseDecision.$Shape} ReleaseDecision
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ReleaseDecision & meridian.ReleaseDecision.$Shape;

        /**
         * Gets the type url for ReleaseDecision
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ReleaseDecision {

        /** Properties of a ReleaseDecision. */
        interface $Properties {

            /** ReleaseDecision decisionId */
            decisionId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ReleaseDecision. */
        type $Shape = meridian.ReleaseDecision.$Properties;
    }

    /**
     * Properties of a RoomLeaseRequest.
     * @deprecated Use meridian.RoomLeaseRequest.$Properties instead.
     */
    interface IRoomLeaseRequest extends meridian.RoomLeaseRequest.$Properties {
    }

    /** Represents a RoomLeaseRequest. */
    class RoomLeaseRequest {

        /**
         * Constructs a new RoomLeaseRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomLeaseRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomLeaseRequest roomKey. */
        roomKey: string;

        /** RoomLeaseRequest epoch. */
        epoch: number;

        /** RoomLeaseRequest signalingId. */
        signalingId: string;

        /** RoomLeaseRequest release. */
        release: boolean;

        /** RoomLeaseRequest above. */
        above: number;

        /**
         * Creates a new RoomLeaseRequest instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomLeaseRequest instance
         */
        static create(properties: meridian.RoomLeaseRequest.$Shape): meridian.RoomLeaseRequest & meridian.RoomLeaseRequest.$Shape;
        static create(properties?: meridian.RoomLeaseRequest.$Properties): meridian.RoomLeaseRequest;

        /**
         * Encodes the specified RoomLeaseRequest message. Does not implicitly {@link meridian.RoomLeaseRequest.verify|verify} messages.
         * @param message RoomLeaseRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomLeaseRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomLeaseRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomLeaseRequest & meridian.RoomLeaseRequest.$Shape} RoomLeaseRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomLeaseRequest & meridian.RoomLeaseRequest.$Shape;

        /**
         * Gets the type url for RoomLeaseRequest
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomLeaseRequest {

        /** Properties of a RoomLeaseRequest. */
        interface $Properties {

            /** RoomLeaseRequest roomKey */
            roomKey?: (string|null);

            /** RoomLeaseRequest epoch */
            epoch?: (number|null);

            /** RoomLeaseRequest signalingId */
            signalingId?: (string|null);

            /** RoomLeaseRequest release */
            release?: (boolean|null);

            /** RoomLeaseRequest above */
            above?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomLeaseRequest. */
        type $Shape = meridian.RoomLeaseRequest.$Properties;
    }

    /**
     * Properties of a RenewLeases.
     * @deprecated Use meridian.RenewLeases.$Properties instead.
     */
    interface IRenewLeases extends meridian.RenewLeases.$Properties {
    }

    /** Represents a RenewLeases. */
    class RenewLeases {

        /**
         * Constructs a new RenewLeases.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RenewLeases.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RenewLeases leases. */
        leases: meridian.RoomLease.$Properties[];

        /**
         * Creates a new RenewLeases instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RenewLeases instance
         */
        static create(properties: meridian.RenewLeases.$Shape): meridian.RenewLeases & meridian.RenewLeases.$Shape;
        static create(properties?: meridian.RenewLeases.$Properties): meridian.RenewLeases;

        /**
         * Encodes the specified RenewLeases message. Does not implicitly {@link meridian.RenewLeases.verify|verify} messages.
         * @param message RenewLeases message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RenewLeases.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RenewLeases message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RenewLeases & meridian.RenewLeases.$Shape} RenewLeases
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RenewLeases & meridian.RenewLeases.$Shape;

        /**
         * Gets the type url for RenewLeases
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RenewLeases {

        /** Properties of a RenewLeases. */
        interface $Properties {

            /** RenewLeases leases */
            leases?: (meridian.RoomLease.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RenewLeases. */
        type $Shape = meridian.RenewLeases.$Properties;
    }

    /**
     * Properties of a LeasesRenewed.
     * @deprecated Use meridian.LeasesRenewed.$Properties instead.
     */
    interface ILeasesRenewed extends meridian.LeasesRenewed.$Properties {
    }

    /** Represents a LeasesRenewed. */
    class LeasesRenewed {

        /**
         * Constructs a new LeasesRenewed.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.LeasesRenewed.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LeasesRenewed leases. */
        leases: meridian.RoomLease.$Properties[];

        /** LeasesRenewed lostRoomKeys. */
        lostRoomKeys: string[];

        /**
         * Creates a new LeasesRenewed instance using the specified properties.
         * @param [properties] Properties to set
         * @returns LeasesRenewed instance
         */
        static create(properties: meridian.LeasesRenewed.$Shape): meridian.LeasesRenewed & meridian.LeasesRenewed.$Shape;
        static create(properties?: meridian.LeasesRenewed.$Properties): meridian.LeasesRenewed;

        /**
         * Encodes the specified LeasesRenewed message. Does not implicitly {@link meridian.LeasesRenewed.verify|verify} messages.
         * @param message LeasesRenewed message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.LeasesRenewed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LeasesRenewed message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.LeasesRenewed & meridian.LeasesRenewed.$Shape} LeasesRenewed
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.LeasesRenewed & meridian.LeasesRenewed.$Shape;

        /**
         * Gets the type url for LeasesRenewed
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace LeasesRenewed {

        /** Properties of a LeasesRenewed. */
        interface $Properties {

            /** LeasesRenewed leases */
            leases?: (meridian.RoomLease.$Properties[]|null);

            /** LeasesRenewed lostRoomKeys */
            lostRoomKeys?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LeasesRenewed. */
        type $Shape = meridian.LeasesRenewed.$Properties;
    }

    /**
     * Properties of a FollowRegions.
     * @deprecated Use meridian.FollowRegions.$Properties instead.
     */
    interface IFollowRegions extends meridian.FollowRegions.$Properties {
    }

    /** Represents a FollowRegions. */
    class FollowRegions {

        /**
         * Constructs a new FollowRegions.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.FollowRegions.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** FollowRegions region. */
        region: string;

        /**
         * Creates a new FollowRegions instance using the specified properties.
         * @param [properties] Properties to set
         * @returns FollowRegions instance
         */
        static create(properties: meridian.FollowRegions.$Shape): meridian.FollowRegions & meridian.FollowRegions.$Shape;
        static create(properties?: meridian.FollowRegions.$Properties): meridian.FollowRegions;

        /**
         * Encodes the specified FollowRegions message. Does not implicitly {@link meridian.FollowRegions.verify|verify} messages.
         * @param message FollowRegions message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.FollowRegions.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a FollowRegions message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.FollowRegions & meridian.FollowRegions.$Shape} FollowRegions
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.FollowRegions & meridian.FollowRegions.$Shape;

        /**
         * Gets the type url for FollowRegions
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace FollowRegions {

        /** Properties of a FollowRegions. */
        interface $Properties {

            /** FollowRegions region */
            region?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a FollowRegions. */
        type $Shape = meridian.FollowRegions.$Properties;
    }

    /**
     * Properties of a Following.
     * @deprecated Use meridian.Following.$Properties instead.
     */
    interface IFollowing extends meridian.Following.$Properties {
    }

    /** Represents a Following. */
    class Following {

        /**
         * Constructs a new Following.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Following.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Following centreEpoch. */
        centreEpoch: number;

        /** Following centreIncarnation. */
        centreIncarnation: string;

        /**
         * Creates a new Following instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Following instance
         */
        static create(properties: meridian.Following.$Shape): meridian.Following & meridian.Following.$Shape;
        static create(properties?: meridian.Following.$Properties): meridian.Following;

        /**
         * Encodes the specified Following message. Does not implicitly {@link meridian.Following.verify|verify} messages.
         * @param message Following message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Following.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Following message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Following & meridian.Following.$Shape} Following
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Following & meridian.Following.$Shape;

        /**
         * Gets the type url for Following
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Following {

        /** Properties of a Following. */
        interface $Properties {

            /** Following centreEpoch */
            centreEpoch?: (number|null);

            /** Following centreIncarnation */
            centreIncarnation?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Following. */
        type $Shape = meridian.Following.$Properties;
    }

    /**
     * Properties of a RegionPlacer.
     * @deprecated Use meridian.RegionPlacer.$Properties instead.
     */
    interface IRegionPlacer extends meridian.RegionPlacer.$Properties {
    }

    /** Represents a RegionPlacer. */
    class RegionPlacer {

        /**
         * Constructs a new RegionPlacer.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RegionPlacer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RegionPlacer region. */
        region: string;

        /** RegionPlacer epoch. */
        epoch: number;

        /** RegionPlacer incarnation. */
        incarnation: string;

        /**
         * Creates a new RegionPlacer instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RegionPlacer instance
         */
        static create(properties: meridian.RegionPlacer.$Shape): meridian.RegionPlacer & meridian.RegionPlacer.$Shape;
        static create(properties?: meridian.RegionPlacer.$Properties): meridian.RegionPlacer;

        /**
         * Encodes the specified RegionPlacer message. Does not implicitly {@link meridian.RegionPlacer.verify|verify} messages.
         * @param message RegionPlacer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RegionPlacer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RegionPlacer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RegionPlacer & meridian.RegionPlacer.$Shape} RegionPlacer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RegionPlacer & meridian.RegionPlacer.$Shape;

        /**
         * Gets the type url for RegionPlacer
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RegionPlacer {

        /** Properties of a RegionPlacer. */
        interface $Properties {

            /** RegionPlacer region */
            region?: (string|null);

            /** RegionPlacer epoch */
            epoch?: (number|null);

            /** RegionPlacer incarnation */
            incarnation?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RegionPlacer. */
        type $Shape = meridian.RegionPlacer.$Properties;
    }

    /**
     * Properties of a FedNode.
     * @deprecated Use meridian.FedNode.$Properties instead.
     */
    interface IFedNode extends meridian.FedNode.$Properties {
    }

    /** Represents a FedNode. */
    class FedNode {

        /**
         * Constructs a new FedNode.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.FedNode.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** FedNode node. */
        node?: (meridian.NodeDescription.$Properties|null);

        /** FedNode load. */
        load?: (meridian.Load.$Properties|null);

        /** FedNode state. */
        state: string;

        /** FedNode usable. */
        usable: boolean;

        /** FedNode draining. */
        draining: boolean;

        /** FedNode drainReason. */
        drainReason: string;

        /** FedNode cordoned. */
        cordoned: boolean;

        /** FedNode cordonReason. */
        cordonReason: string;

        /**
         * Creates a new FedNode instance using the specified properties.
         * @param [properties] Properties to set
         * @returns FedNode instance
         */
        static create(properties: meridian.FedNode.$Shape): meridian.FedNode & meridian.FedNode.$Shape;
        static create(properties?: meridian.FedNode.$Properties): meridian.FedNode;

        /**
         * Encodes the specified FedNode message. Does not implicitly {@link meridian.FedNode.verify|verify} messages.
         * @param message FedNode message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.FedNode.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a FedNode message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.FedNode & meridian.FedNode.$Shape} FedNode
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.FedNode & meridian.FedNode.$Shape;

        /**
         * Gets the type url for FedNode
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace FedNode {

        /** Properties of a FedNode. */
        interface $Properties {

            /** FedNode node */
            node?: (meridian.NodeDescription.$Properties|null);

            /** FedNode load */
            load?: (meridian.Load.$Properties|null);

            /** FedNode state */
            state?: (string|null);

            /** FedNode usable */
            usable?: (boolean|null);

            /** FedNode draining */
            draining?: (boolean|null);

            /** FedNode drainReason */
            drainReason?: (string|null);

            /** FedNode cordoned */
            cordoned?: (boolean|null);

            /** FedNode cordonReason */
            cordonReason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a FedNode. */
        type $Shape = meridian.FedNode.$Properties;
    }

    /**
     * Properties of a FedRoom.
     * @deprecated Use meridian.FedRoom.$Properties instead.
     */
    interface IFedRoom extends meridian.FedRoom.$Properties {
    }

    /** Represents a FedRoom. */
    class FedRoom {

        /**
         * Constructs a new FedRoom.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.FedRoom.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** FedRoom nodeId. */
        nodeId: string;

        /** FedRoom room. */
        room?: (meridian.RoomHeld.$Properties|null);

        /**
         * Creates a new FedRoom instance using the specified properties.
         * @param [properties] Properties to set
         * @returns FedRoom instance
         */
        static create(properties: meridian.FedRoom.$Shape): meridian.FedRoom & meridian.FedRoom.$Shape;
        static create(properties?: meridian.FedRoom.$Properties): meridian.FedRoom;

        /**
         * Encodes the specified FedRoom message. Does not implicitly {@link meridian.FedRoom.verify|verify} messages.
         * @param message FedRoom message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.FedRoom.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a FedRoom message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.FedRoom & meridian.FedRoom.$Shape} FedRoom
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.FedRoom & meridian.FedRoom.$Shape;

        /**
         * Gets the type url for FedRoom
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace FedRoom {

        /** Properties of a FedRoom. */
        interface $Properties {

            /** FedRoom nodeId */
            nodeId?: (string|null);

            /** FedRoom room */
            room?: (meridian.RoomHeld.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a FedRoom. */
        type $Shape = meridian.FedRoom.$Properties;
    }

    /**
     * Properties of a FedDelay.
     * @deprecated Use meridian.FedDelay.$Properties instead.
     */
    interface IFedDelay extends meridian.FedDelay.$Properties {
    }

    /** Represents a FedDelay. */
    class FedDelay {

        /**
         * Constructs a new FedDelay.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.FedDelay.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** FedDelay fromHostId. */
        fromHostId: string;

        /** FedDelay toHostId. */
        toHostId: string;

        /** FedDelay delayMs. */
        delayMs: number;

        /** FedDelay rttMs. */
        rttMs: number;

        /** FedDelay measured. */
        measured: boolean;

        /**
         * Creates a new FedDelay instance using the specified properties.
         * @param [properties] Properties to set
         * @returns FedDelay instance
         */
        static create(properties: meridian.FedDelay.$Shape): meridian.FedDelay & meridian.FedDelay.$Shape;
        static create(properties?: meridian.FedDelay.$Properties): meridian.FedDelay;

        /**
         * Encodes the specified FedDelay message. Does not implicitly {@link meridian.FedDelay.verify|verify} messages.
         * @param message FedDelay message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.FedDelay.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a FedDelay message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.FedDelay & meridian.FedDelay.$Shape} FedDelay
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.FedDelay & meridian.FedDelay.$Shape;

        /**
         * Gets the type url for FedDelay
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace FedDelay {

        /** Properties of a FedDelay. */
        interface $Properties {

            /** FedDelay fromHostId */
            fromHostId?: (string|null);

            /** FedDelay toHostId */
            toHostId?: (string|null);

            /** FedDelay delayMs */
            delayMs?: (number|null);

            /** FedDelay rttMs */
            rttMs?: (number|null);

            /** FedDelay measured */
            measured?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a FedDelay. */
        type $Shape = meridian.FedDelay.$Properties;
    }

    /**
     * Properties of a WorldFeed.
     * @deprecated Use meridian.WorldFeed.$Properties instead.
     */
    interface IWorldFeed extends meridian.WorldFeed.$Properties {
    }

    /** Represents a WorldFeed. */
    class WorldFeed {

        /**
         * Constructs a new WorldFeed.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.WorldFeed.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** WorldFeed version. */
        version: number;

        /** WorldFeed since. */
        since: number;

        /** WorldFeed nodes. */
        nodes: meridian.FedNode.$Properties[];

        /** WorldFeed rooms. */
        rooms: meridian.FedRoom.$Properties[];

        /** WorldFeed leases. */
        leases: meridian.RoomLease.$Properties[];

        /** WorldFeed delays. */
        delays: meridian.FedDelay.$Properties[];

        /** WorldFeed deniedIds. */
        deniedIds: string[];

        /** WorldFeed gone. */
        gone: string[];

        /** WorldFeed more. */
        more: boolean;

        /**
         * Creates a new WorldFeed instance using the specified properties.
         * @param [properties] Properties to set
         * @returns WorldFeed instance
         */
        static create(properties: meridian.WorldFeed.$Shape): meridian.WorldFeed & meridian.WorldFeed.$Shape;
        static create(properties?: meridian.WorldFeed.$Properties): meridian.WorldFeed;

        /**
         * Encodes the specified WorldFeed message. Does not implicitly {@link meridian.WorldFeed.verify|verify} messages.
         * @param message WorldFeed message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.WorldFeed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a WorldFeed message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.WorldFeed & meridian.WorldFeed.$Shape} WorldFeed
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.WorldFeed & meridian.WorldFeed.$Shape;

        /**
         * Gets the type url for WorldFeed
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace WorldFeed {

        /** Properties of a WorldFeed. */
        interface $Properties {

            /** WorldFeed version */
            version?: (number|null);

            /** WorldFeed since */
            since?: (number|null);

            /** WorldFeed nodes */
            nodes?: (meridian.FedNode.$Properties[]|null);

            /** WorldFeed rooms */
            rooms?: (meridian.FedRoom.$Properties[]|null);

            /** WorldFeed leases */
            leases?: (meridian.RoomLease.$Properties[]|null);

            /** WorldFeed delays */
            delays?: (meridian.FedDelay.$Properties[]|null);

            /** WorldFeed deniedIds */
            deniedIds?: (string[]|null);

            /** WorldFeed gone */
            gone?: (string[]|null);

            /** WorldFeed more */
            more?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a WorldFeed. */
        type $Shape = meridian.WorldFeed.$Properties;
    }

    /**
     * Properties of a ChargeRequest.
     * @deprecated Use meridian.ChargeRequest.$Properties instead.
     */
    interface IChargeRequest extends meridian.ChargeRequest.$Properties {
    }

    /** Represents a ChargeRequest. */
    class ChargeRequest {

        /**
         * Constructs a new ChargeRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ChargeRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ChargeRequest decisionId. */
        decisionId: string;

        /** ChargeRequest nodeId. */
        nodeId: string;

        /** ChargeRequest roomKey. */
        roomKey: string;

        /** ChargeRequest sessionId. */
        sessionId: string;

        /** ChargeRequest accessRttMs. */
        accessRttMs: number;

        /** ChargeRequest mode. */
        mode: string;

        /** ChargeRequest protocolVersion. */
        protocolVersion: number;

        /** ChargeRequest signalingId. */
        signalingId: string;

        /**
         * Creates a new ChargeRequest instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ChargeRequest instance
         */
        static create(properties: meridian.ChargeRequest.$Shape): meridian.ChargeRequest & meridian.ChargeRequest.$Shape;
        static create(properties?: meridian.ChargeRequest.$Properties): meridian.ChargeRequest;

        /**
         * Encodes the specified ChargeRequest message. Does not implicitly {@link meridian.ChargeRequest.verify|verify} messages.
         * @param message ChargeRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ChargeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ChargeRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ChargeRequest & meridian.ChargeRequest.$Shape} ChargeRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ChargeRequest & meridian.ChargeRequest.$Shape;

        /**
         * Gets the type url for ChargeRequest
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ChargeRequest {

        /** Properties of a ChargeRequest. */
        interface $Properties {

            /** ChargeRequest decisionId */
            decisionId?: (string|null);

            /** ChargeRequest nodeId */
            nodeId?: (string|null);

            /** ChargeRequest roomKey */
            roomKey?: (string|null);

            /** ChargeRequest sessionId */
            sessionId?: (string|null);

            /** ChargeRequest accessRttMs */
            accessRttMs?: (number|null);

            /** ChargeRequest mode */
            mode?: (string|null);

            /** ChargeRequest protocolVersion */
            protocolVersion?: (number|null);

            /** ChargeRequest signalingId */
            signalingId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ChargeRequest. */
        type $Shape = meridian.ChargeRequest.$Properties;
    }

    /**
     * Properties of a ChargeReply.
     * @deprecated Use meridian.ChargeReply.$Properties instead.
     */
    interface IChargeReply extends meridian.ChargeReply.$Properties {
    }

    /** Represents a ChargeReply. */
    class ChargeReply {

        /**
         * Constructs a new ChargeReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ChargeReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ChargeReply ok. */
        ok: boolean;

        /** ChargeReply code. */
        code: string;

        /** ChargeReply reason. */
        reason: string;

        /** ChargeReply regionEpoch. */
        regionEpoch: number;

        /**
         * Creates a new ChargeReply instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ChargeReply instance
         */
        static create(properties: meridian.ChargeReply.$Shape): meridian.ChargeReply & meridian.ChargeReply.$Shape;
        static create(properties?: meridian.ChargeReply.$Properties): meridian.ChargeReply;

        /**
         * Encodes the specified ChargeReply message. Does not implicitly {@link meridian.ChargeReply.verify|verify} messages.
         * @param message ChargeReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ChargeReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ChargeReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ChargeReply & meridian.ChargeReply.$Shape} ChargeReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ChargeReply & meridian.ChargeReply.$Shape;

        /**
         * Gets the type url for ChargeReply
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ChargeReply {

        /** Properties of a ChargeReply. */
        interface $Properties {

            /** ChargeReply ok */
            ok?: (boolean|null);

            /** ChargeReply code */
            code?: (string|null);

            /** ChargeReply reason */
            reason?: (string|null);

            /** ChargeReply regionEpoch */
            regionEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ChargeReply. */
        type $Shape = meridian.ChargeReply.$Properties;
    }

    /**
     * Properties of a DecisionQuery.
     * @deprecated Use meridian.DecisionQuery.$Properties instead.
     */
    interface IDecisionQuery extends meridian.DecisionQuery.$Properties {
    }

    /** Represents a DecisionQuery. */
    class DecisionQuery {

        /**
         * Constructs a new DecisionQuery.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.DecisionQuery.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DecisionQuery decisionId. */
        decisionId: string;

        /**
         * Creates a new DecisionQuery instance using the specified properties.
         * @param [properties] Properties to set
         * @returns DecisionQuery instance
         */
        static create(properties: meridian.DecisionQuery.$Shape): meridian.DecisionQuery & meridian.DecisionQuery.$Shape;
        static create(properties?: meridian.DecisionQuery.$Properties): meridian.DecisionQuery;

        /**
         * Encodes the specified DecisionQuery message. Does not implicitly {@link meridian.DecisionQuery.verify|verify} messages.
         * @param message DecisionQuery message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.DecisionQuery.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DecisionQuery message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.DecisionQuery & meridian.DecisionQuery.$Shape} DecisionQuery
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.DecisionQuery & meridian.DecisionQuery.$Shape;

        /**
         * Gets the type url for DecisionQuery
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace DecisionQuery {

        /** Properties of a DecisionQuery. */
        interface $Properties {

            /** DecisionQuery decisionId */
            decisionId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DecisionQuery. */
        type $Shape = meridian.DecisionQuery.$Properties;
    }

    /**
     * Properties of a DecisionAnswer.
     * @deprecated Use meridian.DecisionAnswer.$Properties instead.
     */
    interface IDecisionAnswer extends meridian.DecisionAnswer.$Properties {
    }

    /** Represents a DecisionAnswer. */
    class DecisionAnswer {

        /**
         * Constructs a new DecisionAnswer.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.DecisionAnswer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DecisionAnswer json. */
        json: string;

        /**
         * Creates a new DecisionAnswer instance using the specified properties.
         * @param [properties] Properties to set
         * @returns DecisionAnswer instance
         */
        static create(properties: meridian.DecisionAnswer.$Shape): meridian.DecisionAnswer & meridian.DecisionAnswer.$Shape;
        static create(properties?: meridian.DecisionAnswer.$Properties): meridian.DecisionAnswer;

        /**
         * Encodes the specified DecisionAnswer message. Does not implicitly {@link meridian.DecisionAnswer.verify|verify} messages.
         * @param message DecisionAnswer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.DecisionAnswer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DecisionAnswer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.DecisionAnswer & meridian.DecisionAnswer.$Shape} DecisionAnswer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.DecisionAnswer & meridian.DecisionAnswer.$Shape;

        /**
         * Gets the type url for DecisionAnswer
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace DecisionAnswer {

        /** Properties of a DecisionAnswer. */
        interface $Properties {

            /** DecisionAnswer json */
            json?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DecisionAnswer. */
        type $Shape = meridian.DecisionAnswer.$Properties;
    }

    /**
     * Properties of a GrantClaim.
     * @deprecated Use meridian.GrantClaim.$Properties instead.
     */
    interface IGrantClaim extends meridian.GrantClaim.$Properties {
    }

    /** Represents a GrantClaim. */
    class GrantClaim {

        /**
         * Constructs a new GrantClaim.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.GrantClaim.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** GrantClaim roomKey. */
        roomKey: string;

        /** GrantClaim trackId. */
        trackId: string;

        /** GrantClaim pullerNodeId. */
        pullerNodeId: string;

        /** GrantClaim epoch. */
        epoch: number;

        /** GrantClaim issuedWallMs. */
        issuedWallMs: number;

        /** GrantClaim lifetimeMs. */
        lifetimeMs: number;

        /** GrantClaim grantId. */
        grantId: string;

        /** GrantClaim servingNodeId. */
        servingNodeId: string;

        /** GrantClaim fence. */
        fence: string;

        /**
         * Creates a new GrantClaim instance using the specified properties.
         * @param [properties] Properties to set
         * @returns GrantClaim instance
         */
        static create(properties: meridian.GrantClaim.$Shape): meridian.GrantClaim & meridian.GrantClaim.$Shape;
        static create(properties?: meridian.GrantClaim.$Properties): meridian.GrantClaim;

        /**
         * Encodes the specified GrantClaim message. Does not implicitly {@link meridian.GrantClaim.verify|verify} messages.
         * @param message GrantClaim message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.GrantClaim.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a GrantClaim message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.GrantClaim & meridian.GrantClaim.$Shape} GrantClaim
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.GrantClaim & meridian.GrantClaim.$Shape;

        /**
         * Gets the type url for GrantClaim
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace GrantClaim {

        /** Properties of a GrantClaim. */
        interface $Properties {

            /** GrantClaim roomKey */
            roomKey?: (string|null);

            /** GrantClaim trackId */
            trackId?: (string|null);

            /** GrantClaim pullerNodeId */
            pullerNodeId?: (string|null);

            /** GrantClaim epoch */
            epoch?: (number|null);

            /** GrantClaim issuedWallMs */
            issuedWallMs?: (number|null);

            /** GrantClaim lifetimeMs */
            lifetimeMs?: (number|null);

            /** GrantClaim grantId */
            grantId?: (string|null);

            /** GrantClaim servingNodeId */
            servingNodeId?: (string|null);

            /** GrantClaim fence */
            fence?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a GrantClaim. */
        type $Shape = meridian.GrantClaim.$Properties;
    }

    /**
     * Properties of a Grant.
     * @deprecated Use meridian.Grant.$Properties instead.
     */
    interface IGrant extends meridian.Grant.$Properties {
    }

    /** Represents a Grant. */
    class Grant {

        /**
         * Constructs a new Grant.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Grant.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Grant claim. */
        claim: Uint8Array;

        /** Grant signature. */
        signature: Uint8Array;

        /** Grant certificatePem. */
        certificatePem: string;

        /**
         * Creates a new Grant instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Grant instance
         */
        static create(properties: meridian.Grant.$Shape): meridian.Grant & meridian.Grant.$Shape;
        static create(properties?: meridian.Grant.$Properties): meridian.Grant;

        /**
         * Encodes the specified Grant message. Does not implicitly {@link meridian.Grant.verify|verify} messages.
         * @param message Grant message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Grant.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Grant message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Grant & meridian.Grant.$Shape} Grant
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Grant & meridian.Grant.$Shape;

        /**
         * Gets the type url for Grant
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Grant {

        /** Properties of a Grant. */
        interface $Properties {

            /** Grant claim */
            claim?: (Uint8Array|null);

            /** Grant signature */
            signature?: (Uint8Array|null);

            /** Grant certificatePem */
            certificatePem?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Grant. */
        type $Shape = meridian.Grant.$Properties;
    }

    /**
     * Properties of a TrackSubscription.
     * @deprecated Use meridian.TrackSubscription.$Properties instead.
     */
    interface ITrackSubscription extends meridian.TrackSubscription.$Properties {
    }

    /** Represents a TrackSubscription. */
    class TrackSubscription {

        /**
         * Constructs a new TrackSubscription.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TrackSubscription.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TrackSubscription trackId. */
        trackId: string;

        /** TrackSubscription carrierNodeId. */
        carrierNodeId: string;

        /** TrackSubscription grant. */
        grant?: (meridian.Grant.$Properties|null);

        /** TrackSubscription paused. */
        paused: boolean;

        /** TrackSubscription spatialLayer. */
        spatialLayer?: (number|null);

        /** TrackSubscription temporalLayer. */
        temporalLayer?: (number|null);

        /** TrackSubscription publisherSessionId. */
        publisherSessionId: string;

        /** TrackSubscription originNodeId. */
        originNodeId: string;

        /**
         * Creates a new TrackSubscription instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TrackSubscription instance
         */
        static create(properties: meridian.TrackSubscription.$Shape): meridian.TrackSubscription & meridian.TrackSubscription.$Shape;
        static create(properties?: meridian.TrackSubscription.$Properties): meridian.TrackSubscription;

        /**
         * Encodes the specified TrackSubscription message. Does not implicitly {@link meridian.TrackSubscription.verify|verify} messages.
         * @param message TrackSubscription message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TrackSubscription.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TrackSubscription message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TrackSubscription & meridian.TrackSubscription.$Shape} TrackSubscription
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TrackSubscription & meridian.TrackSubscription.$Shape;

        /**
         * Gets the type url for TrackSubscription
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TrackSubscription {

        /** Properties of a TrackSubscription. */
        interface $Properties {

            /** TrackSubscription trackId */
            trackId?: (string|null);

            /** TrackSubscription carrierNodeId */
            carrierNodeId?: (string|null);

            /** TrackSubscription grant */
            grant?: (meridian.Grant.$Properties|null);

            /** TrackSubscription paused */
            paused?: (boolean|null);

            /** TrackSubscription spatialLayer */
            spatialLayer?: (number|null);

            /** TrackSubscription temporalLayer */
            temporalLayer?: (number|null);

            /** TrackSubscription publisherSessionId */
            publisherSessionId?: (string|null);

            /** TrackSubscription originNodeId */
            originNodeId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TrackSubscription. */
        type $Shape = meridian.TrackSubscription.$Properties;
    }

    /**
     * Properties of a SessionInfo.
     * @deprecated Use meridian.SessionInfo.$Properties instead.
     */
    interface ISessionInfo extends meridian.SessionInfo.$Properties {
    }

    /** Represents a SessionInfo. */
    class SessionInfo {

        /**
         * Constructs a new SessionInfo.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SessionInfo.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SessionInfo participant. */
        participant?: (meridian.ParticipantInfo.$Properties|null);

        /** SessionInfo signalingRegion. */
        signalingRegion: string;

        /** SessionInfo resumeKeyHash. */
        resumeKeyHash: string;

        /** SessionInfo manualSubscribe. */
        manualSubscribe: boolean;

        /** SessionInfo recvRtpCapabilities. */
        recvRtpCapabilities?: (meridian.RtpCapabilities.$Properties|null);

        /** SessionInfo decisionId. */
        decisionId: string;

        /** SessionInfo tokenId. */
        tokenId: string;

        /** SessionInfo tokenExpiresWallMs. */
        tokenExpiresWallMs: number;

        /** SessionInfo fence. */
        fence: string;

        /** SessionInfo regionEpoch. */
        regionEpoch: number;

        /** SessionInfo adoption. */
        adoption: number;

        /** SessionInfo home. */
        home: number;

        /** SessionInfo moving. */
        moving: boolean;

        /**
         * Creates a new SessionInfo instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SessionInfo instance
         */
        static create(properties: meridian.SessionInfo.$Shape): meridian.SessionInfo & meridian.SessionInfo.$Shape;
        static create(properties?: meridian.SessionInfo.$Properties): meridian.SessionInfo;

        /**
         * Encodes the specified SessionInfo message. Does not implicitly {@link meridian.SessionInfo.verify|verify} messages.
         * @param message SessionInfo message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SessionInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SessionInfo message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SessionInfo & meridian.SessionInfo.$Shape} SessionInfo
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SessionInfo & meridian.SessionInfo.$Shape;

        /**
         * Gets the type url for SessionInfo
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SessionInfo {

        /** Properties of a SessionInfo. */
        interface $Properties {

            /** SessionInfo participant */
            participant?: (meridian.ParticipantInfo.$Properties|null);

            /** SessionInfo signalingRegion */
            signalingRegion?: (string|null);

            /** SessionInfo resumeKeyHash */
            resumeKeyHash?: (string|null);

            /** SessionInfo manualSubscribe */
            manualSubscribe?: (boolean|null);

            /** SessionInfo recvRtpCapabilities */
            recvRtpCapabilities?: (meridian.RtpCapabilities.$Properties|null);

            /** SessionInfo decisionId */
            decisionId?: (string|null);

            /** SessionInfo tokenId */
            tokenId?: (string|null);

            /** SessionInfo tokenExpiresWallMs */
            tokenExpiresWallMs?: (number|null);

            /** SessionInfo fence */
            fence?: (string|null);

            /** SessionInfo regionEpoch */
            regionEpoch?: (number|null);

            /** SessionInfo adoption */
            adoption?: (number|null);

            /** SessionInfo home */
            home?: (number|null);

            /** SessionInfo moving */
            moving?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SessionInfo. */
        type $Shape = {
          participant?: meridian.ParticipantInfo.$Shape|null;
          signalingRegion?: string|null;
          resumeKeyHash?: string|null;
          manualSubscribe?: boolean|null;
          recvRtpCapabilities?: meridian.RtpCapabilities.$Shape|null;
          decisionId?: string|null;
          tokenId?: string|null;
          tokenExpiresWallMs?: number|null;
          fence?: string|null;
          regionEpoch?: number|null;
          adoption?: number|null;
          home?: number|null;
          moving?: boolean|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a RoomRef.
     * @deprecated Use meridian.RoomRef.$Properties instead.
     */
    interface IRoomRef extends meridian.RoomRef.$Properties {
    }

    /** Represents a RoomRef. */
    class RoomRef {

        /**
         * Constructs a new RoomRef.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomRef.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomRef roomKey. */
        roomKey: string;

        /** RoomRef ownerId. */
        ownerId: string;

        /** RoomRef epoch. */
        epoch: number;

        /**
         * Creates a new RoomRef instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomRef instance
         */
        static create(properties: meridian.RoomRef.$Shape): meridian.RoomRef & meridian.RoomRef.$Shape;
        static create(properties?: meridian.RoomRef.$Properties): meridian.RoomRef;

        /**
         * Encodes the specified RoomRef message. Does not implicitly {@link meridian.RoomRef.verify|verify} messages.
         * @param message RoomRef message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomRef message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomRef & meridian.RoomRef.$Shape} RoomRef
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomRef & meridian.RoomRef.$Shape;

        /**
         * Gets the type url for RoomRef
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomRef {

        /** Properties of a RoomRef. */
        interface $Properties {

            /** RoomRef roomKey */
            roomKey?: (string|null);

            /** RoomRef ownerId */
            ownerId?: (string|null);

            /** RoomRef epoch */
            epoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomRef. */
        type $Shape = meridian.RoomRef.$Properties;
    }

    /**
     * Properties of an AttachSession.
     * @deprecated Use meridian.AttachSession.$Properties instead.
     */
    interface IAttachSession extends meridian.AttachSession.$Properties {
    }

    /** Represents an AttachSession. */
    class AttachSession {

        /**
         * Constructs a new AttachSession.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.AttachSession.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** AttachSession room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** AttachSession session. */
        session?: (meridian.SessionInfo.$Properties|null);

        /** AttachSession subscriptions. */
        subscriptions: meridian.TrackSubscription.$Properties[];

        /** AttachSession sendEndpoint. */
        sendEndpoint?: (meridian.Endpoint.$Properties|null);

        /** AttachSession recvEndpoint. */
        recvEndpoint?: (meridian.Endpoint.$Properties|null);

        /**
         * Creates a new AttachSession instance using the specified properties.
         * @param [properties] Properties to set
         * @returns AttachSession instance
         */
        static create(properties: meridian.AttachSession.$Shape): meridian.AttachSession & meridian.AttachSession.$Shape;
        static create(properties?: meridian.AttachSession.$Properties): meridian.AttachSession;

        /**
         * Encodes the specified AttachSession message. Does not implicitly {@link meridian.AttachSession.verify|verify} messages.
         * @param message AttachSession message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.AttachSession.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an AttachSession message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.AttachSession & meridian.AttachSession.$Shape} AttachSession
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.AttachSession & meridian.AttachSession.$Shape;

        /**
         * Gets the type url for AttachSession
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace AttachSession {

        /** Properties of an AttachSession. */
        interface $Properties {

            /** AttachSession room */
            room?: (meridian.RoomRef.$Properties|null);

            /** AttachSession session */
            session?: (meridian.SessionInfo.$Properties|null);

            /** AttachSession subscriptions */
            subscriptions?: (meridian.TrackSubscription.$Properties[]|null);

            /** AttachSession sendEndpoint */
            sendEndpoint?: (meridian.Endpoint.$Properties|null);

            /** AttachSession recvEndpoint */
            recvEndpoint?: (meridian.Endpoint.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an AttachSession. */
        type $Shape = {
          room?: meridian.RoomRef.$Shape|null;
          session?: meridian.SessionInfo.$Shape|null;
          subscriptions?: meridian.TrackSubscription.$Shape[]|null;
          sendEndpoint?: meridian.Endpoint.$Shape|null;
          recvEndpoint?: meridian.Endpoint.$Shape|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a SessionAttached.
     * @deprecated Use meridian.SessionAttached.$Properties instead.
     */
    interface ISessionAttached extends meridian.SessionAttached.$Properties {
    }

    /** Represents a SessionAttached. */
    class SessionAttached {

        /**
         * Constructs a new SessionAttached.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SessionAttached.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SessionAttached sendTransport. */
        sendTransport?: (meridian.TransportInfo.$Properties|null);

        /** SessionAttached recvTransport. */
        recvTransport?: (meridian.TransportInfo.$Properties|null);

        /** SessionAttached subscriptions. */
        subscriptions: meridian.Subscription.$Properties[];

        /** SessionAttached failed. */
        failed: meridian.SubscriptionFailed.$Properties[];

        /**
         * Creates a new SessionAttached instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SessionAttached instance
         */
        static create(properties: meridian.SessionAttached.$Shape): meridian.SessionAttached & meridian.SessionAttached.$Shape;
        static create(properties?: meridian.SessionAttached.$Properties): meridian.SessionAttached;

        /**
         * Encodes the specified SessionAttached message. Does not implicitly {@link meridian.SessionAttached.verify|verify} messages.
         * @param message SessionAttached message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SessionAttached.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SessionAttached message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SessionAttached & meridian.SessionAttached.$Shape} SessionAttached
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SessionAttached & meridian.SessionAttached.$Shape;

        /**
         * Gets the type url for SessionAttached
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SessionAttached {

        /** Properties of a SessionAttached. */
        interface $Properties {

            /** SessionAttached sendTransport */
            sendTransport?: (meridian.TransportInfo.$Properties|null);

            /** SessionAttached recvTransport */
            recvTransport?: (meridian.TransportInfo.$Properties|null);

            /** SessionAttached subscriptions */
            subscriptions?: (meridian.Subscription.$Properties[]|null);

            /** SessionAttached failed */
            failed?: (meridian.SubscriptionFailed.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SessionAttached. */
        type $Shape = {
          sendTransport?: meridian.TransportInfo.$Shape|null;
          recvTransport?: meridian.TransportInfo.$Shape|null;
          subscriptions?: meridian.Subscription.$Shape[]|null;
          failed?: meridian.SubscriptionFailed.$Shape[]|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of an AdoptSession.
     * @deprecated Use meridian.AdoptSession.$Properties instead.
     */
    interface IAdoptSession extends meridian.AdoptSession.$Properties {
    }

    /** Represents an AdoptSession. */
    class AdoptSession {

        /**
         * Constructs a new AdoptSession.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.AdoptSession.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** AdoptSession room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** AdoptSession sessionId. */
        sessionId: string;

        /** AdoptSession resumeKey. */
        resumeKey: string;

        /** AdoptSession signalingId. */
        signalingId: string;

        /** AdoptSession signalingRegion. */
        signalingRegion: string;

        /**
         * Creates a new AdoptSession instance using the specified properties.
         * @param [properties] Properties to set
         * @returns AdoptSession instance
         */
        static create(properties: meridian.AdoptSession.$Shape): meridian.AdoptSession & meridian.AdoptSession.$Shape;
        static create(properties?: meridian.AdoptSession.$Properties): meridian.AdoptSession;

        /**
         * Encodes the specified AdoptSession message. Does not implicitly {@link meridian.AdoptSession.verify|verify} messages.
         * @param message AdoptSession message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.AdoptSession.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an AdoptSession message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.AdoptSession & meridian.AdoptSession.$Shape} AdoptSession
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.AdoptSession & meridian.AdoptSession.$Shape;

        /**
         * Gets the type url for AdoptSession
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace AdoptSession {

        /** Properties of an AdoptSession. */
        interface $Properties {

            /** AdoptSession room */
            room?: (meridian.RoomRef.$Properties|null);

            /** AdoptSession sessionId */
            sessionId?: (string|null);

            /** AdoptSession resumeKey */
            resumeKey?: (string|null);

            /** AdoptSession signalingId */
            signalingId?: (string|null);

            /** AdoptSession signalingRegion */
            signalingRegion?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an AdoptSession. */
        type $Shape = meridian.AdoptSession.$Properties;
    }

    /**
     * Properties of a SessionAdopted.
     * @deprecated Use meridian.SessionAdopted.$Properties instead.
     */
    interface ISessionAdopted extends meridian.SessionAdopted.$Properties {
    }

    /** Represents a SessionAdopted. */
    class SessionAdopted {

        /**
         * Constructs a new SessionAdopted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SessionAdopted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SessionAdopted session. */
        session?: (meridian.SessionInfo.$Properties|null);

        /** SessionAdopted sendTransport. */
        sendTransport?: (meridian.TransportInfo.$Properties|null);

        /** SessionAdopted recvTransport. */
        recvTransport?: (meridian.TransportInfo.$Properties|null);

        /** SessionAdopted subscriptions. */
        subscriptions: meridian.Subscription.$Properties[];

        /** SessionAdopted tracks. */
        tracks: meridian.TrackInfo.$Properties[];

        /**
         * Creates a new SessionAdopted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SessionAdopted instance
         */
        static create(properties: meridian.SessionAdopted.$Shape): meridian.SessionAdopted & meridian.SessionAdopted.$Shape;
        static create(properties?: meridian.SessionAdopted.$Properties): meridian.SessionAdopted;

        /**
         * Encodes the specified SessionAdopted message. Does not implicitly {@link meridian.SessionAdopted.verify|verify} messages.
         * @param message SessionAdopted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SessionAdopted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SessionAdopted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SessionAdopted & meridian.SessionAdopted.$Shape} SessionAdopted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SessionAdopted & meridian.SessionAdopted.$Shape;

        /**
         * Gets the type url for SessionAdopted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SessionAdopted {

        /** Properties of a SessionAdopted. */
        interface $Properties {

            /** SessionAdopted session */
            session?: (meridian.SessionInfo.$Properties|null);

            /** SessionAdopted sendTransport */
            sendTransport?: (meridian.TransportInfo.$Properties|null);

            /** SessionAdopted recvTransport */
            recvTransport?: (meridian.TransportInfo.$Properties|null);

            /** SessionAdopted subscriptions */
            subscriptions?: (meridian.Subscription.$Properties[]|null);

            /** SessionAdopted tracks */
            tracks?: (meridian.TrackInfo.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SessionAdopted. */
        type $Shape = {
          session?: meridian.SessionInfo.$Shape|null;
          sendTransport?: meridian.TransportInfo.$Shape|null;
          recvTransport?: meridian.TransportInfo.$Shape|null;
          subscriptions?: meridian.Subscription.$Shape[]|null;
          tracks?: meridian.TrackInfo.$Shape[]|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a DetachSession.
     * @deprecated Use meridian.DetachSession.$Properties instead.
     */
    interface IDetachSession extends meridian.DetachSession.$Properties {
    }

    /** Represents a DetachSession. */
    class DetachSession {

        /**
         * Constructs a new DetachSession.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.DetachSession.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DetachSession room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** DetachSession sessionId. */
        sessionId: string;

        /** DetachSession reason. */
        reason: string;

        /** DetachSession adoption. */
        adoption?: (number|null);

        /** DetachSession gently. */
        gently: boolean;

        /**
         * Creates a new DetachSession instance using the specified properties.
         * @param [properties] Properties to set
         * @returns DetachSession instance
         */
        static create(properties: meridian.DetachSession.$Shape): meridian.DetachSession & meridian.DetachSession.$Shape;
        static create(properties?: meridian.DetachSession.$Properties): meridian.DetachSession;

        /**
         * Encodes the specified DetachSession message. Does not implicitly {@link meridian.DetachSession.verify|verify} messages.
         * @param message DetachSession message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.DetachSession.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DetachSession message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.DetachSession & meridian.DetachSession.$Shape} DetachSession
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.DetachSession & meridian.DetachSession.$Shape;

        /**
         * Gets the type url for DetachSession
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace DetachSession {

        /** Properties of a DetachSession. */
        interface $Properties {

            /** DetachSession room */
            room?: (meridian.RoomRef.$Properties|null);

            /** DetachSession sessionId */
            sessionId?: (string|null);

            /** DetachSession reason */
            reason?: (string|null);

            /** DetachSession adoption */
            adoption?: (number|null);

            /** DetachSession gently */
            gently?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DetachSession. */
        type $Shape = meridian.DetachSession.$Properties;
    }

    /**
     * Properties of a Produce.
     * @deprecated Use meridian.Produce.$Properties instead.
     */
    interface IProduce extends meridian.Produce.$Properties {
    }

    /** Represents a Produce. */
    class Produce {

        /**
         * Constructs a new Produce.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Produce.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Produce room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** Produce sessionId. */
        sessionId: string;

        /** Produce track. */
        track?: (meridian.TrackInfo.$Properties|null);

        /** Produce rtpParameters. */
        rtpParameters?: (meridian.RtpParameters.$Properties|null);

        /**
         * Creates a new Produce instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Produce instance
         */
        static create(properties: meridian.Produce.$Shape): meridian.Produce & meridian.Produce.$Shape;
        static create(properties?: meridian.Produce.$Properties): meridian.Produce;

        /**
         * Encodes the specified Produce message. Does not implicitly {@link meridian.Produce.verify|verify} messages.
         * @param message Produce message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Produce.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Produce message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Produce & meridian.Produce.$Shape} Produce
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Produce & meridian.Produce.$Shape;

        /**
         * Gets the type url for Produce
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Produce {

        /** Properties of a Produce. */
        interface $Properties {

            /** Produce room */
            room?: (meridian.RoomRef.$Properties|null);

            /** Produce sessionId */
            sessionId?: (string|null);

            /** Produce track */
            track?: (meridian.TrackInfo.$Properties|null);

            /** Produce rtpParameters */
            rtpParameters?: (meridian.RtpParameters.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Produce. */
        type $Shape = {
          room?: meridian.RoomRef.$Shape|null;
          sessionId?: string|null;
          track?: meridian.TrackInfo.$Shape|null;
          rtpParameters?: meridian.RtpParameters.$Shape|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a Produced.
     * @deprecated Use meridian.Produced.$Properties instead.
     */
    interface IProduced extends meridian.Produced.$Properties {
    }

    /** Represents a Produced. */
    class Produced {

        /**
         * Constructs a new Produced.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Produced.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Produced track. */
        track?: (meridian.TrackInfo.$Properties|null);

        /**
         * Creates a new Produced instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Produced instance
         */
        static create(properties: meridian.Produced.$Shape): meridian.Produced & meridian.Produced.$Shape;
        static create(properties?: meridian.Produced.$Properties): meridian.Produced;

        /**
         * Encodes the specified Produced message. Does not implicitly {@link meridian.Produced.verify|verify} messages.
         * @param message Produced message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Produced.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Produced message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Produced & meridian.Produced.$Shape} Produced
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Produced & meridian.Produced.$Shape;

        /**
         * Gets the type url for Produced
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Produced {

        /** Properties of a Produced. */
        interface $Properties {

            /** Produced track */
            track?: (meridian.TrackInfo.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Produced. */
        type $Shape = meridian.Produced.$Properties;
    }

    /**
     * Properties of a CloseTrack.
     * @deprecated Use meridian.CloseTrack.$Properties instead.
     */
    interface ICloseTrack extends meridian.CloseTrack.$Properties {
    }

    /** Represents a CloseTrack. */
    class CloseTrack {

        /**
         * Constructs a new CloseTrack.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.CloseTrack.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** CloseTrack room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** CloseTrack sessionId. */
        sessionId: string;

        /** CloseTrack trackId. */
        trackId: string;

        /** CloseTrack reason. */
        reason: string;

        /**
         * Creates a new CloseTrack instance using the specified properties.
         * @param [properties] Properties to set
         * @returns CloseTrack instance
         */
        static create(properties: meridian.CloseTrack.$Shape): meridian.CloseTrack & meridian.CloseTrack.$Shape;
        static create(properties?: meridian.CloseTrack.$Properties): meridian.CloseTrack;

        /**
         * Encodes the specified CloseTrack message. Does not implicitly {@link meridian.CloseTrack.verify|verify} messages.
         * @param message CloseTrack message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.CloseTrack.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a CloseTrack message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.CloseTrack & meridian.CloseTrack.$Shape} CloseTrack
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.CloseTrack & meridian.CloseTrack.$Shape;

        /**
         * Gets the type url for CloseTrack
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace CloseTrack {

        /** Properties of a CloseTrack. */
        interface $Properties {

            /** CloseTrack room */
            room?: (meridian.RoomRef.$Properties|null);

            /** CloseTrack sessionId */
            sessionId?: (string|null);

            /** CloseTrack trackId */
            trackId?: (string|null);

            /** CloseTrack reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a CloseTrack. */
        type $Shape = meridian.CloseTrack.$Properties;
    }

    /**
     * Properties of a PauseTrack.
     * @deprecated Use meridian.PauseTrack.$Properties instead.
     */
    interface IPauseTrack extends meridian.PauseTrack.$Properties {
    }

    /** Represents a PauseTrack. */
    class PauseTrack {

        /**
         * Constructs a new PauseTrack.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PauseTrack.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PauseTrack room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** PauseTrack sessionId. */
        sessionId: string;

        /** PauseTrack trackId. */
        trackId: string;

        /** PauseTrack paused. */
        paused: boolean;

        /**
         * Creates a new PauseTrack instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PauseTrack instance
         */
        static create(properties: meridian.PauseTrack.$Shape): meridian.PauseTrack & meridian.PauseTrack.$Shape;
        static create(properties?: meridian.PauseTrack.$Properties): meridian.PauseTrack;

        /**
         * Encodes the specified PauseTrack message. Does not implicitly {@link meridian.PauseTrack.verify|verify} messages.
         * @param message PauseTrack message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PauseTrack.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PauseTrack message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PauseTrack & meridian.PauseTrack.$Shape} PauseTrack
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PauseTrack & meridian.PauseTrack.$Shape;

        /**
         * Gets the type url for PauseTrack
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PauseTrack {

        /** Properties of a PauseTrack. */
        interface $Properties {

            /** PauseTrack room */
            room?: (meridian.RoomRef.$Properties|null);

            /** PauseTrack sessionId */
            sessionId?: (string|null);

            /** PauseTrack trackId */
            trackId?: (string|null);

            /** PauseTrack paused */
            paused?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PauseTrack. */
        type $Shape = meridian.PauseTrack.$Properties;
    }

    /**
     * Properties of a SubscribeTracks.
     * @deprecated Use meridian.SubscribeTracks.$Properties instead.
     */
    interface ISubscribeTracks extends meridian.SubscribeTracks.$Properties {
    }

    /** Represents a SubscribeTracks. */
    class SubscribeTracks {

        /**
         * Constructs a new SubscribeTracks.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SubscribeTracks.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SubscribeTracks room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** SubscribeTracks sessionId. */
        sessionId: string;

        /** SubscribeTracks subscriptions. */
        subscriptions: meridian.TrackSubscription.$Properties[];

        /**
         * Creates a new SubscribeTracks instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SubscribeTracks instance
         */
        static create(properties: meridian.SubscribeTracks.$Shape): meridian.SubscribeTracks & meridian.SubscribeTracks.$Shape;
        static create(properties?: meridian.SubscribeTracks.$Properties): meridian.SubscribeTracks;

        /**
         * Encodes the specified SubscribeTracks message. Does not implicitly {@link meridian.SubscribeTracks.verify|verify} messages.
         * @param message SubscribeTracks message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SubscribeTracks.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SubscribeTracks message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SubscribeTracks & meridian.SubscribeTracks.$Shape} SubscribeTracks
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SubscribeTracks & meridian.SubscribeTracks.$Shape;

        /**
         * Gets the type url for SubscribeTracks
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SubscribeTracks {

        /** Properties of a SubscribeTracks. */
        interface $Properties {

            /** SubscribeTracks room */
            room?: (meridian.RoomRef.$Properties|null);

            /** SubscribeTracks sessionId */
            sessionId?: (string|null);

            /** SubscribeTracks subscriptions */
            subscriptions?: (meridian.TrackSubscription.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SubscribeTracks. */
        type $Shape = meridian.SubscribeTracks.$Properties;
    }

    /**
     * Properties of a TracksSubscribed.
     * @deprecated Use meridian.TracksSubscribed.$Properties instead.
     */
    interface ITracksSubscribed extends meridian.TracksSubscribed.$Properties {
    }

    /** Represents a TracksSubscribed. */
    class TracksSubscribed {

        /**
         * Constructs a new TracksSubscribed.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TracksSubscribed.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TracksSubscribed subscriptions. */
        subscriptions: meridian.Subscription.$Properties[];

        /** TracksSubscribed failed. */
        failed: meridian.SubscriptionFailed.$Properties[];

        /**
         * Creates a new TracksSubscribed instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TracksSubscribed instance
         */
        static create(properties: meridian.TracksSubscribed.$Shape): meridian.TracksSubscribed & meridian.TracksSubscribed.$Shape;
        static create(properties?: meridian.TracksSubscribed.$Properties): meridian.TracksSubscribed;

        /**
         * Encodes the specified TracksSubscribed message. Does not implicitly {@link meridian.TracksSubscribed.verify|verify} messages.
         * @param message TracksSubscribed message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TracksSubscribed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TracksSubscribed message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TracksSubscribed & meridian.TracksSubscribed.$Shape} TracksSubscribed
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TracksSubscribed & meridian.TracksSubscribed.$Shape;

        /**
         * Gets the type url for TracksSubscribed
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TracksSubscribed {

        /** Properties of a TracksSubscribed. */
        interface $Properties {

            /** TracksSubscribed subscriptions */
            subscriptions?: (meridian.Subscription.$Properties[]|null);

            /** TracksSubscribed failed */
            failed?: (meridian.SubscriptionFailed.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TracksSubscribed. */
        type $Shape = {
          subscriptions?: meridian.Subscription.$Shape[]|null;
          failed?: meridian.SubscriptionFailed.$Shape[]|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of an UnsubscribeTrack.
     * @deprecated Use meridian.UnsubscribeTrack.$Properties instead.
     */
    interface IUnsubscribeTrack extends meridian.UnsubscribeTrack.$Properties {
    }

    /** Represents an UnsubscribeTrack. */
    class UnsubscribeTrack {

        /**
         * Constructs a new UnsubscribeTrack.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.UnsubscribeTrack.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** UnsubscribeTrack room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** UnsubscribeTrack sessionId. */
        sessionId: string;

        /** UnsubscribeTrack trackId. */
        trackId: string;

        /**
         * Creates a new UnsubscribeTrack instance using the specified properties.
         * @param [properties] Properties to set
         * @returns UnsubscribeTrack instance
         */
        static create(properties: meridian.UnsubscribeTrack.$Shape): meridian.UnsubscribeTrack & meridian.UnsubscribeTrack.$Shape;
        static create(properties?: meridian.UnsubscribeTrack.$Properties): meridian.UnsubscribeTrack;

        /**
         * Encodes the specified UnsubscribeTrack message. Does not implicitly {@link meridian.UnsubscribeTrack.verify|verify} messages.
         * @param message UnsubscribeTrack message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.UnsubscribeTrack.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an UnsubscribeTrack message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.UnsubscribeTrack & meridian.UnsubscribeTrack.$Shape} UnsubscribeTrack
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.UnsubscribeTrack & meridian.UnsubscribeTrack.$Shape;

        /**
         * Gets the type url for UnsubscribeTrack
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace UnsubscribeTrack {

        /** Properties of an UnsubscribeTrack. */
        interface $Properties {

            /** UnsubscribeTrack room */
            room?: (meridian.RoomRef.$Properties|null);

            /** UnsubscribeTrack sessionId */
            sessionId?: (string|null);

            /** UnsubscribeTrack trackId */
            trackId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an UnsubscribeTrack. */
        type $Shape = meridian.UnsubscribeTrack.$Properties;
    }

    /**
     * Properties of an UpdateConsumer.
     * @deprecated Use meridian.UpdateConsumer.$Properties instead.
     */
    interface IUpdateConsumer extends meridian.UpdateConsumer.$Properties {
    }

    /** Represents an UpdateConsumer. */
    class UpdateConsumer {

        /**
         * Constructs a new UpdateConsumer.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.UpdateConsumer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** UpdateConsumer room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** UpdateConsumer sessionId. */
        sessionId: string;

        /** UpdateConsumer update. */
        update?: (meridian.UpdateSubscription.$Properties|null);

        /**
         * Creates a new UpdateConsumer instance using the specified properties.
         * @param [properties] Properties to set
         * @returns UpdateConsumer instance
         */
        static create(properties: meridian.UpdateConsumer.$Shape): meridian.UpdateConsumer & meridian.UpdateConsumer.$Shape;
        static create(properties?: meridian.UpdateConsumer.$Properties): meridian.UpdateConsumer;

        /**
         * Encodes the specified UpdateConsumer message. Does not implicitly {@link meridian.UpdateConsumer.verify|verify} messages.
         * @param message UpdateConsumer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.UpdateConsumer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an UpdateConsumer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.UpdateConsumer & meridian.UpdateConsumer.$Shape} UpdateConsumer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.UpdateConsumer & meridian.UpdateConsumer.$Shape;

        /**
         * Gets the type url for UpdateConsumer
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace UpdateConsumer {

        /** Properties of an UpdateConsumer. */
        interface $Properties {

            /** UpdateConsumer room */
            room?: (meridian.RoomRef.$Properties|null);

            /** UpdateConsumer sessionId */
            sessionId?: (string|null);

            /** UpdateConsumer update */
            update?: (meridian.UpdateSubscription.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an UpdateConsumer. */
        type $Shape = meridian.UpdateConsumer.$Properties;
    }

    /**
     * Properties of a ResumeConsumers.
     * @deprecated Use meridian.ResumeConsumers.$Properties instead.
     */
    interface IResumeConsumers extends meridian.ResumeConsumers.$Properties {
    }

    /** Represents a ResumeConsumers. */
    class ResumeConsumers {

        /**
         * Constructs a new ResumeConsumers.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ResumeConsumers.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ResumeConsumers room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** ResumeConsumers sessionId. */
        sessionId: string;

        /** ResumeConsumers consumerIds. */
        consumerIds: string[];

        /**
         * Creates a new ResumeConsumers instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ResumeConsumers instance
         */
        static create(properties: meridian.ResumeConsumers.$Shape): meridian.ResumeConsumers & meridian.ResumeConsumers.$Shape;
        static create(properties?: meridian.ResumeConsumers.$Properties): meridian.ResumeConsumers;

        /**
         * Encodes the specified ResumeConsumers message. Does not implicitly {@link meridian.ResumeConsumers.verify|verify} messages.
         * @param message ResumeConsumers message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ResumeConsumers.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ResumeConsumers message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ResumeConsumers & meridian.ResumeConsumers.$Shape} ResumeConsumers
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ResumeConsumers & meridian.ResumeConsumers.$Shape;

        /**
         * Gets the type url for ResumeConsumers
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ResumeConsumers {

        /** Properties of a ResumeConsumers. */
        interface $Properties {

            /** ResumeConsumers room */
            room?: (meridian.RoomRef.$Properties|null);

            /** ResumeConsumers sessionId */
            sessionId?: (string|null);

            /** ResumeConsumers consumerIds */
            consumerIds?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ResumeConsumers. */
        type $Shape = meridian.ResumeConsumers.$Properties;
    }

    /**
     * Properties of a TrackMoveCommit.
     * @deprecated Use meridian.TrackMoveCommit.$Properties instead.
     */
    interface ITrackMoveCommit extends meridian.TrackMoveCommit.$Properties {
    }

    /** Represents a TrackMoveCommit. */
    class TrackMoveCommit {

        /**
         * Constructs a new TrackMoveCommit.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TrackMoveCommit.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TrackMoveCommit room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** TrackMoveCommit sessionId. */
        sessionId: string;

        /** TrackMoveCommit done. */
        done?: (meridian.TrackMoveDone.$Properties|null);

        /**
         * Creates a new TrackMoveCommit instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TrackMoveCommit instance
         */
        static create(properties: meridian.TrackMoveCommit.$Shape): meridian.TrackMoveCommit & meridian.TrackMoveCommit.$Shape;
        static create(properties?: meridian.TrackMoveCommit.$Properties): meridian.TrackMoveCommit;

        /**
         * Encodes the specified TrackMoveCommit message. Does not implicitly {@link meridian.TrackMoveCommit.verify|verify} messages.
         * @param message TrackMoveCommit message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TrackMoveCommit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TrackMoveCommit message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TrackMoveCommit & meridian.TrackMoveCommit.$Shape} TrackMoveCommit
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TrackMoveCommit & meridian.TrackMoveCommit.$Shape;

        /**
         * Gets the type url for TrackMoveCommit
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TrackMoveCommit {

        /** Properties of a TrackMoveCommit. */
        interface $Properties {

            /** TrackMoveCommit room */
            room?: (meridian.RoomRef.$Properties|null);

            /** TrackMoveCommit sessionId */
            sessionId?: (string|null);

            /** TrackMoveCommit done */
            done?: (meridian.TrackMoveDone.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TrackMoveCommit. */
        type $Shape = meridian.TrackMoveCommit.$Properties;
    }

    /**
     * Properties of a RestartTransport.
     * @deprecated Use meridian.RestartTransport.$Properties instead.
     */
    interface IRestartTransport extends meridian.RestartTransport.$Properties {
    }

    /** Represents a RestartTransport. */
    class RestartTransport {

        /**
         * Constructs a new RestartTransport.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RestartTransport.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RestartTransport room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** RestartTransport sessionId. */
        sessionId: string;

        /** RestartTransport transportId. */
        transportId: string;

        /**
         * Creates a new RestartTransport instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RestartTransport instance
         */
        static create(properties: meridian.RestartTransport.$Shape): meridian.RestartTransport & meridian.RestartTransport.$Shape;
        static create(properties?: meridian.RestartTransport.$Properties): meridian.RestartTransport;

        /**
         * Encodes the specified RestartTransport message. Does not implicitly {@link meridian.RestartTransport.verify|verify} messages.
         * @param message RestartTransport message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RestartTransport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RestartTransport message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RestartTransport & meridian.RestartTransport.$Shape} RestartTransport
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RestartTransport & meridian.RestartTransport.$Shape;

        /**
         * Gets the type url for RestartTransport
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RestartTransport {

        /** Properties of a RestartTransport. */
        interface $Properties {

            /** RestartTransport room */
            room?: (meridian.RoomRef.$Properties|null);

            /** RestartTransport sessionId */
            sessionId?: (string|null);

            /** RestartTransport transportId */
            transportId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RestartTransport. */
        type $Shape = meridian.RestartTransport.$Properties;
    }

    /**
     * Properties of a RepullTrack.
     * @deprecated Use meridian.RepullTrack.$Properties instead.
     */
    interface IRepullTrack extends meridian.RepullTrack.$Properties {
    }

    /** Represents a RepullTrack. */
    class RepullTrack {

        /**
         * Constructs a new RepullTrack.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RepullTrack.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RepullTrack room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** RepullTrack track. */
        track?: (meridian.TrackSubscription.$Properties|null);

        /** RepullTrack anew. */
        anew: boolean;

        /**
         * Creates a new RepullTrack instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RepullTrack instance
         */
        static create(properties: meridian.RepullTrack.$Shape): meridian.RepullTrack & meridian.RepullTrack.$Shape;
        static create(properties?: meridian.RepullTrack.$Properties): meridian.RepullTrack;

        /**
         * Encodes the specified RepullTrack message. Does not implicitly {@link meridian.RepullTrack.verify|verify} messages.
         * @param message RepullTrack message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RepullTrack.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RepullTrack message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RepullTrack & meridian.RepullTrack.$Shape} RepullTrack
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RepullTrack & meridian.RepullTrack.$Shape;

        /**
         * Gets the type url for RepullTrack
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RepullTrack {

        /** Properties of a RepullTrack. */
        interface $Properties {

            /** RepullTrack room */
            room?: (meridian.RoomRef.$Properties|null);

            /** RepullTrack track */
            track?: (meridian.TrackSubscription.$Properties|null);

            /** RepullTrack anew */
            anew?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RepullTrack. */
        type $Shape = meridian.RepullTrack.$Properties;
    }

    /**
     * Properties of a RoomData.
     * @deprecated Use meridian.RoomData.$Properties instead.
     */
    interface IRoomData extends meridian.RoomData.$Properties {
    }

    /** Represents a RoomData. */
    class RoomData {

        /**
         * Constructs a new RoomData.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomData.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomData roomKey. */
        roomKey: string;

        /** RoomData data. */
        data?: (meridian.DataReceived.$Properties|null);

        /** RoomData destinationSessionIds. */
        destinationSessionIds: string[];

        /** RoomData targetNodeIds. */
        targetNodeIds: string[];

        /** RoomData originNodeId. */
        originNodeId: string;

        /**
         * Creates a new RoomData instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomData instance
         */
        static create(properties: meridian.RoomData.$Shape): meridian.RoomData & meridian.RoomData.$Shape;
        static create(properties?: meridian.RoomData.$Properties): meridian.RoomData;

        /**
         * Encodes the specified RoomData message. Does not implicitly {@link meridian.RoomData.verify|verify} messages.
         * @param message RoomData message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomData.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomData message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomData & meridian.RoomData.$Shape} RoomData
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomData & meridian.RoomData.$Shape;

        /**
         * Gets the type url for RoomData
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomData {

        /** Properties of a RoomData. */
        interface $Properties {

            /** RoomData roomKey */
            roomKey?: (string|null);

            /** RoomData data */
            data?: (meridian.DataReceived.$Properties|null);

            /** RoomData destinationSessionIds */
            destinationSessionIds?: (string[]|null);

            /** RoomData targetNodeIds */
            targetNodeIds?: (string[]|null);

            /** RoomData originNodeId */
            originNodeId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomData. */
        type $Shape = meridian.RoomData.$Properties;
    }

    /**
     * Properties of a SettleSession.
     * @deprecated Use meridian.SettleSession.$Properties instead.
     */
    interface ISettleSession extends meridian.SettleSession.$Properties {
    }

    /** Represents a SettleSession. */
    class SettleSession {

        /**
         * Constructs a new SettleSession.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SettleSession.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SettleSession room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** SettleSession sessionId. */
        sessionId: string;

        /**
         * Creates a new SettleSession instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SettleSession instance
         */
        static create(properties: meridian.SettleSession.$Shape): meridian.SettleSession & meridian.SettleSession.$Shape;
        static create(properties?: meridian.SettleSession.$Properties): meridian.SettleSession;

        /**
         * Encodes the specified SettleSession message. Does not implicitly {@link meridian.SettleSession.verify|verify} messages.
         * @param message SettleSession message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SettleSession.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SettleSession message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SettleSession & meridian.SettleSession.$Shape} SettleSession
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SettleSession & meridian.SettleSession.$Shape;

        /**
         * Gets the type url for SettleSession
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SettleSession {

        /** Properties of a SettleSession. */
        interface $Properties {

            /** SettleSession room */
            room?: (meridian.RoomRef.$Properties|null);

            /** SettleSession sessionId */
            sessionId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SettleSession. */
        type $Shape = meridian.SettleSession.$Properties;
    }

    /**
     * Properties of a SessionSettled.
     * @deprecated Use meridian.SessionSettled.$Properties instead.
     */
    interface ISessionSettled extends meridian.SessionSettled.$Properties {
    }

    /** Represents a SessionSettled. */
    class SessionSettled {

        /**
         * Constructs a new SessionSettled.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SessionSettled.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SessionSettled tracks. */
        tracks: meridian.TrackInfo.$Properties[];

        /**
         * Creates a new SessionSettled instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SessionSettled instance
         */
        static create(properties: meridian.SessionSettled.$Shape): meridian.SessionSettled & meridian.SessionSettled.$Shape;
        static create(properties?: meridian.SessionSettled.$Properties): meridian.SessionSettled;

        /**
         * Encodes the specified SessionSettled message. Does not implicitly {@link meridian.SessionSettled.verify|verify} messages.
         * @param message SessionSettled message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SessionSettled.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SessionSettled message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SessionSettled & meridian.SessionSettled.$Shape} SessionSettled
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SessionSettled & meridian.SessionSettled.$Shape;

        /**
         * Gets the type url for SessionSettled
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SessionSettled {

        /** Properties of a SessionSettled. */
        interface $Properties {

            /** SessionSettled tracks */
            tracks?: (meridian.TrackInfo.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SessionSettled. */
        type $Shape = meridian.SessionSettled.$Properties;
    }

    /**
     * Properties of a ConnectSessionTransport.
     * @deprecated Use meridian.ConnectSessionTransport.$Properties instead.
     */
    interface IConnectSessionTransport extends meridian.ConnectSessionTransport.$Properties {
    }

    /** Represents a ConnectSessionTransport. */
    class ConnectSessionTransport {

        /**
         * Constructs a new ConnectSessionTransport.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ConnectSessionTransport.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ConnectSessionTransport room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** ConnectSessionTransport sessionId. */
        sessionId: string;

        /** ConnectSessionTransport connect. */
        connect?: (meridian.ConnectTransport.$Properties|null);

        /**
         * Creates a new ConnectSessionTransport instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ConnectSessionTransport instance
         */
        static create(properties: meridian.ConnectSessionTransport.$Shape): meridian.ConnectSessionTransport & meridian.ConnectSessionTransport.$Shape;
        static create(properties?: meridian.ConnectSessionTransport.$Properties): meridian.ConnectSessionTransport;

        /**
         * Encodes the specified ConnectSessionTransport message. Does not implicitly {@link meridian.ConnectSessionTransport.verify|verify} messages.
         * @param message ConnectSessionTransport message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ConnectSessionTransport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ConnectSessionTransport message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ConnectSessionTransport & meridian.ConnectSessionTransport.$Shape} ConnectSessionTransport
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ConnectSessionTransport & meridian.ConnectSessionTransport.$Shape;

        /**
         * Gets the type url for ConnectSessionTransport
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ConnectSessionTransport {

        /** Properties of a ConnectSessionTransport. */
        interface $Properties {

            /** ConnectSessionTransport room */
            room?: (meridian.RoomRef.$Properties|null);

            /** ConnectSessionTransport sessionId */
            sessionId?: (string|null);

            /** ConnectSessionTransport connect */
            connect?: (meridian.ConnectTransport.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ConnectSessionTransport. */
        type $Shape = meridian.ConnectSessionTransport.$Properties;
    }

    /**
     * Properties of a KeepRoom.
     * @deprecated Use meridian.KeepRoom.$Properties instead.
     */
    interface IKeepRoom extends meridian.KeepRoom.$Properties {
    }

    /** Represents a KeepRoom. */
    class KeepRoom {

        /**
         * Constructs a new KeepRoom.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.KeepRoom.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** KeepRoom room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** KeepRoom info. */
        info?: (meridian.RoomInfo.$Properties|null);

        /** KeepRoom policy. */
        policy?: (meridian.RoomPolicy.$Properties|null);

        /**
         * Creates a new KeepRoom instance using the specified properties.
         * @param [properties] Properties to set
         * @returns KeepRoom instance
         */
        static create(properties: meridian.KeepRoom.$Shape): meridian.KeepRoom & meridian.KeepRoom.$Shape;
        static create(properties?: meridian.KeepRoom.$Properties): meridian.KeepRoom;

        /**
         * Encodes the specified KeepRoom message. Does not implicitly {@link meridian.KeepRoom.verify|verify} messages.
         * @param message KeepRoom message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.KeepRoom.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a KeepRoom message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.KeepRoom & meridian.KeepRoom.$Shape} KeepRoom
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.KeepRoom & meridian.KeepRoom.$Shape;

        /**
         * Gets the type url for KeepRoom
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace KeepRoom {

        /** Properties of a KeepRoom. */
        interface $Properties {

            /** KeepRoom room */
            room?: (meridian.RoomRef.$Properties|null);

            /** KeepRoom info */
            info?: (meridian.RoomInfo.$Properties|null);

            /** KeepRoom policy */
            policy?: (meridian.RoomPolicy.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a KeepRoom. */
        type $Shape = meridian.KeepRoom.$Properties;
    }

    /**
     * Properties of a TrackStatsWanted.
     * @deprecated Use meridian.TrackStatsWanted.$Properties instead.
     */
    interface ITrackStatsWanted extends meridian.TrackStatsWanted.$Properties {
    }

    /** Represents a TrackStatsWanted. */
    class TrackStatsWanted {

        /**
         * Constructs a new TrackStatsWanted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TrackStatsWanted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TrackStatsWanted room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** TrackStatsWanted sessionId. */
        sessionId: string;

        /**
         * Creates a new TrackStatsWanted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TrackStatsWanted instance
         */
        static create(properties: meridian.TrackStatsWanted.$Shape): meridian.TrackStatsWanted & meridian.TrackStatsWanted.$Shape;
        static create(properties?: meridian.TrackStatsWanted.$Properties): meridian.TrackStatsWanted;

        /**
         * Encodes the specified TrackStatsWanted message. Does not implicitly {@link meridian.TrackStatsWanted.verify|verify} messages.
         * @param message TrackStatsWanted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TrackStatsWanted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TrackStatsWanted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TrackStatsWanted & meridian.TrackStatsWanted.$Shape} TrackStatsWanted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TrackStatsWanted & meridian.TrackStatsWanted.$Shape;

        /**
         * Gets the type url for TrackStatsWanted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TrackStatsWanted {

        /** Properties of a TrackStatsWanted. */
        interface $Properties {

            /** TrackStatsWanted room */
            room?: (meridian.RoomRef.$Properties|null);

            /** TrackStatsWanted sessionId */
            sessionId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TrackStatsWanted. */
        type $Shape = meridian.TrackStatsWanted.$Properties;
    }

    /**
     * Properties of an UpdateSession.
     * @deprecated Use meridian.UpdateSession.$Properties instead.
     */
    interface IUpdateSession extends meridian.UpdateSession.$Properties {
    }

    /** Represents an UpdateSession. */
    class UpdateSession {

        /**
         * Constructs a new UpdateSession.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.UpdateSession.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** UpdateSession room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** UpdateSession sessionId. */
        sessionId: string;

        /** UpdateSession participant. */
        participant?: (meridian.ParticipantInfo.$Properties|null);

        /**
         * Creates a new UpdateSession instance using the specified properties.
         * @param [properties] Properties to set
         * @returns UpdateSession instance
         */
        static create(properties: meridian.UpdateSession.$Shape): meridian.UpdateSession & meridian.UpdateSession.$Shape;
        static create(properties?: meridian.UpdateSession.$Properties): meridian.UpdateSession;

        /**
         * Encodes the specified UpdateSession message. Does not implicitly {@link meridian.UpdateSession.verify|verify} messages.
         * @param message UpdateSession message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.UpdateSession.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an UpdateSession message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.UpdateSession & meridian.UpdateSession.$Shape} UpdateSession
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.UpdateSession & meridian.UpdateSession.$Shape;

        /**
         * Gets the type url for UpdateSession
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace UpdateSession {

        /** Properties of an UpdateSession. */
        interface $Properties {

            /** UpdateSession room */
            room?: (meridian.RoomRef.$Properties|null);

            /** UpdateSession sessionId */
            sessionId?: (string|null);

            /** UpdateSession participant */
            participant?: (meridian.ParticipantInfo.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an UpdateSession. */
        type $Shape = meridian.UpdateSession.$Properties;
    }

    /**
     * Properties of a RoomSnapshotRequest.
     * @deprecated Use meridian.RoomSnapshotRequest.$Properties instead.
     */
    interface IRoomSnapshotRequest extends meridian.RoomSnapshotRequest.$Properties {
    }

    /** Represents a RoomSnapshotRequest. */
    class RoomSnapshotRequest {

        /**
         * Constructs a new RoomSnapshotRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomSnapshotRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomSnapshotRequest room. */
        room?: (meridian.RoomRef.$Properties|null);

        /**
         * Creates a new RoomSnapshotRequest instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomSnapshotRequest instance
         */
        static create(properties: meridian.RoomSnapshotRequest.$Shape): meridian.RoomSnapshotRequest & meridian.RoomSnapshotRequest.$Shape;
        static create(properties?: meridian.RoomSnapshotRequest.$Properties): meridian.RoomSnapshotRequest;

        /**
         * Encodes the specified RoomSnapshotRequest message. Does not implicitly {@link meridian.RoomSnapshotRequest.verify|verify} messages.
         * @param message RoomSnapshotRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomSnapshotRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomSnapshotRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomSnapshotRequest & meridian.RoomSnapshotRequest.$Shape} RoomSnapshotRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomSnapshotRequest & meridian.RoomSnapshotRequest.$Shape;

        /**
         * Gets the type url for RoomSnapshotRequest
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomSnapshotRequest {

        /** Properties of a RoomSnapshotRequest. */
        interface $Properties {

            /** RoomSnapshotRequest room */
            room?: (meridian.RoomRef.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomSnapshotRequest. */
        type $Shape = meridian.RoomSnapshotRequest.$Properties;
    }

    /**
     * Properties of a RoomSnapshotReply.
     * @deprecated Use meridian.RoomSnapshotReply.$Properties instead.
     */
    interface IRoomSnapshotReply extends meridian.RoomSnapshotReply.$Properties {
    }

    /** Represents a RoomSnapshotReply. */
    class RoomSnapshotReply {

        /**
         * Constructs a new RoomSnapshotReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomSnapshotReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomSnapshotReply sessions. */
        sessions: meridian.SessionSnapshot.$Properties[];

        /** RoomSnapshotReply highestEpoch. */
        highestEpoch: number;

        /** RoomSnapshotReply served. */
        served: meridian.ServedTrack.$Properties[];

        /** RoomSnapshotReply info. */
        info?: (meridian.RoomInfo.$Properties|null);

        /** RoomSnapshotReply infoEpoch. */
        infoEpoch: number;

        /** RoomSnapshotReply policy. */
        policy?: (meridian.RoomPolicy.$Properties|null);

        /**
         * Creates a new RoomSnapshotReply instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomSnapshotReply instance
         */
        static create(properties: meridian.RoomSnapshotReply.$Shape): meridian.RoomSnapshotReply & meridian.RoomSnapshotReply.$Shape;
        static create(properties?: meridian.RoomSnapshotReply.$Properties): meridian.RoomSnapshotReply;

        /**
         * Encodes the specified RoomSnapshotReply message. Does not implicitly {@link meridian.RoomSnapshotReply.verify|verify} messages.
         * @param message RoomSnapshotReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomSnapshotReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomSnapshotReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomSnapshotReply & meridian.RoomSnapshotReply.$Shape} RoomSnapshotReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomSnapshotReply & meridian.RoomSnapshotReply.$Shape;

        /**
         * Gets the type url for RoomSnapshotReply
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomSnapshotReply {

        /** Properties of a RoomSnapshotReply. */
        interface $Properties {

            /** RoomSnapshotReply sessions */
            sessions?: (meridian.SessionSnapshot.$Properties[]|null);

            /** RoomSnapshotReply highestEpoch */
            highestEpoch?: (number|null);

            /** RoomSnapshotReply served */
            served?: (meridian.ServedTrack.$Properties[]|null);

            /** RoomSnapshotReply info */
            info?: (meridian.RoomInfo.$Properties|null);

            /** RoomSnapshotReply infoEpoch */
            infoEpoch?: (number|null);

            /** RoomSnapshotReply policy */
            policy?: (meridian.RoomPolicy.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomSnapshotReply. */
        type $Shape = {
          sessions?: meridian.SessionSnapshot.$Shape[]|null;
          highestEpoch?: number|null;
          served?: meridian.ServedTrack.$Shape[]|null;
          info?: meridian.RoomInfo.$Shape|null;
          infoEpoch?: number|null;
          policy?: meridian.RoomPolicy.$Shape|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a ServedTrack.
     * @deprecated Use meridian.ServedTrack.$Properties instead.
     */
    interface IServedTrack extends meridian.ServedTrack.$Properties {
    }

    /** Represents a ServedTrack. */
    class ServedTrack {

        /**
         * Constructs a new ServedTrack.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ServedTrack.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ServedTrack trackId. */
        trackId: string;

        /** ServedTrack pullerNodeIds. */
        pullerNodeIds: string[];

        /**
         * Creates a new ServedTrack instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ServedTrack instance
         */
        static create(properties: meridian.ServedTrack.$Shape): meridian.ServedTrack & meridian.ServedTrack.$Shape;
        static create(properties?: meridian.ServedTrack.$Properties): meridian.ServedTrack;

        /**
         * Encodes the specified ServedTrack message. Does not implicitly {@link meridian.ServedTrack.verify|verify} messages.
         * @param message ServedTrack message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ServedTrack.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ServedTrack message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ServedTrack & meridian.ServedTrack.$Shape} ServedTrack
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ServedTrack & meridian.ServedTrack.$Shape;

        /**
         * Gets the type url for ServedTrack
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ServedTrack {

        /** Properties of a ServedTrack. */
        interface $Properties {

            /** ServedTrack trackId */
            trackId?: (string|null);

            /** ServedTrack pullerNodeIds */
            pullerNodeIds?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ServedTrack. */
        type $Shape = meridian.ServedTrack.$Properties;
    }

    /**
     * Properties of a SessionSnapshot.
     * @deprecated Use meridian.SessionSnapshot.$Properties instead.
     */
    interface ISessionSnapshot extends meridian.SessionSnapshot.$Properties {
    }

    /** Represents a SessionSnapshot. */
    class SessionSnapshot {

        /**
         * Constructs a new SessionSnapshot.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SessionSnapshot.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SessionSnapshot session. */
        session?: (meridian.SessionInfo.$Properties|null);

        /** SessionSnapshot tracks. */
        tracks: meridian.TrackInfo.$Properties[];

        /** SessionSnapshot attached. */
        attached: boolean;

        /** SessionSnapshot media. */
        media: boolean;

        /**
         * Creates a new SessionSnapshot instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SessionSnapshot instance
         */
        static create(properties: meridian.SessionSnapshot.$Shape): meridian.SessionSnapshot & meridian.SessionSnapshot.$Shape;
        static create(properties?: meridian.SessionSnapshot.$Properties): meridian.SessionSnapshot;

        /**
         * Encodes the specified SessionSnapshot message. Does not implicitly {@link meridian.SessionSnapshot.verify|verify} messages.
         * @param message SessionSnapshot message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SessionSnapshot.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SessionSnapshot message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SessionSnapshot & meridian.SessionSnapshot.$Shape} SessionSnapshot
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SessionSnapshot & meridian.SessionSnapshot.$Shape;

        /**
         * Gets the type url for SessionSnapshot
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SessionSnapshot {

        /** Properties of a SessionSnapshot. */
        interface $Properties {

            /** SessionSnapshot session */
            session?: (meridian.SessionInfo.$Properties|null);

            /** SessionSnapshot tracks */
            tracks?: (meridian.TrackInfo.$Properties[]|null);

            /** SessionSnapshot attached */
            attached?: (boolean|null);

            /** SessionSnapshot media */
            media?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SessionSnapshot. */
        type $Shape = {
          session?: meridian.SessionInfo.$Shape|null;
          tracks?: meridian.TrackInfo.$Shape[]|null;
          attached?: boolean|null;
          media?: boolean|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a ConsumerChanged.
     * @deprecated Use meridian.ConsumerChanged.$Properties instead.
     */
    interface IConsumerChanged extends meridian.ConsumerChanged.$Properties {
    }

    /** Represents a ConsumerChanged. */
    class ConsumerChanged {

        /**
         * Constructs a new ConsumerChanged.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ConsumerChanged.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ConsumerChanged roomKey. */
        roomKey: string;

        /** ConsumerChanged sessionId. */
        sessionId: string;

        /** ConsumerChanged state. */
        state?: (meridian.SubscriptionState.$Properties|null);

        /**
         * Creates a new ConsumerChanged instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ConsumerChanged instance
         */
        static create(properties: meridian.ConsumerChanged.$Shape): meridian.ConsumerChanged & meridian.ConsumerChanged.$Shape;
        static create(properties?: meridian.ConsumerChanged.$Properties): meridian.ConsumerChanged;

        /**
         * Encodes the specified ConsumerChanged message. Does not implicitly {@link meridian.ConsumerChanged.verify|verify} messages.
         * @param message ConsumerChanged message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ConsumerChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ConsumerChanged message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ConsumerChanged & meridian.ConsumerChanged.$Shape} ConsumerChanged
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ConsumerChanged & meridian.ConsumerChanged.$Shape;

        /**
         * Gets the type url for ConsumerChanged
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ConsumerChanged {

        /** Properties of a ConsumerChanged. */
        interface $Properties {

            /** ConsumerChanged roomKey */
            roomKey?: (string|null);

            /** ConsumerChanged sessionId */
            sessionId?: (string|null);

            /** ConsumerChanged state */
            state?: (meridian.SubscriptionState.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ConsumerChanged. */
        type $Shape = meridian.ConsumerChanged.$Properties;
    }

    /**
     * Properties of a ConsumerClosed.
     * @deprecated Use meridian.ConsumerClosed.$Properties instead.
     */
    interface IConsumerClosed extends meridian.ConsumerClosed.$Properties {
    }

    /** Represents a ConsumerClosed. */
    class ConsumerClosed {

        /**
         * Constructs a new ConsumerClosed.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ConsumerClosed.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ConsumerClosed roomKey. */
        roomKey: string;

        /** ConsumerClosed sessionId. */
        sessionId: string;

        /** ConsumerClosed removed. */
        removed?: (meridian.SubscriptionRemoved.$Properties|null);

        /**
         * Creates a new ConsumerClosed instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ConsumerClosed instance
         */
        static create(properties: meridian.ConsumerClosed.$Shape): meridian.ConsumerClosed & meridian.ConsumerClosed.$Shape;
        static create(properties?: meridian.ConsumerClosed.$Properties): meridian.ConsumerClosed;

        /**
         * Encodes the specified ConsumerClosed message. Does not implicitly {@link meridian.ConsumerClosed.verify|verify} messages.
         * @param message ConsumerClosed message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ConsumerClosed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ConsumerClosed message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ConsumerClosed & meridian.ConsumerClosed.$Shape} ConsumerClosed
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ConsumerClosed & meridian.ConsumerClosed.$Shape;

        /**
         * Gets the type url for ConsumerClosed
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ConsumerClosed {

        /** Properties of a ConsumerClosed. */
        interface $Properties {

            /** ConsumerClosed roomKey */
            roomKey?: (string|null);

            /** ConsumerClosed sessionId */
            sessionId?: (string|null);

            /** ConsumerClosed removed */
            removed?: (meridian.SubscriptionRemoved.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ConsumerClosed. */
        type $Shape = meridian.ConsumerClosed.$Properties;
    }

    /**
     * Properties of a ConsumerMoved.
     * @deprecated Use meridian.ConsumerMoved.$Properties instead.
     */
    interface IConsumerMoved extends meridian.ConsumerMoved.$Properties {
    }

    /** Represents a ConsumerMoved. */
    class ConsumerMoved {

        /**
         * Constructs a new ConsumerMoved.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ConsumerMoved.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ConsumerMoved roomKey. */
        roomKey: string;

        /** ConsumerMoved sessionId. */
        sessionId: string;

        /** ConsumerMoved moved. */
        moved?: (meridian.TrackMoved.$Properties|null);

        /**
         * Creates a new ConsumerMoved instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ConsumerMoved instance
         */
        static create(properties: meridian.ConsumerMoved.$Shape): meridian.ConsumerMoved & meridian.ConsumerMoved.$Shape;
        static create(properties?: meridian.ConsumerMoved.$Properties): meridian.ConsumerMoved;

        /**
         * Encodes the specified ConsumerMoved message. Does not implicitly {@link meridian.ConsumerMoved.verify|verify} messages.
         * @param message ConsumerMoved message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ConsumerMoved.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ConsumerMoved message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ConsumerMoved & meridian.ConsumerMoved.$Shape} ConsumerMoved
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ConsumerMoved & meridian.ConsumerMoved.$Shape;

        /**
         * Gets the type url for ConsumerMoved
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ConsumerMoved {

        /** Properties of a ConsumerMoved. */
        interface $Properties {

            /** ConsumerMoved roomKey */
            roomKey?: (string|null);

            /** ConsumerMoved sessionId */
            sessionId?: (string|null);

            /** ConsumerMoved moved */
            moved?: (meridian.TrackMoved.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ConsumerMoved. */
        type $Shape = {
          roomKey?: string|null;
          sessionId?: string|null;
          moved?: meridian.TrackMoved.$Shape|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a TransportState.
     * @deprecated Use meridian.TransportState.$Properties instead.
     */
    interface ITransportState extends meridian.TransportState.$Properties {
    }

    /** Represents a TransportState. */
    class TransportState {

        /**
         * Constructs a new TransportState.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TransportState.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TransportState roomKey. */
        roomKey: string;

        /** TransportState sessionId. */
        sessionId: string;

        /** TransportState change. */
        change?: (meridian.TransportChanged.$Properties|null);

        /**
         * Creates a new TransportState instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TransportState instance
         */
        static create(properties: meridian.TransportState.$Shape): meridian.TransportState & meridian.TransportState.$Shape;
        static create(properties?: meridian.TransportState.$Properties): meridian.TransportState;

        /**
         * Encodes the specified TransportState message. Does not implicitly {@link meridian.TransportState.verify|verify} messages.
         * @param message TransportState message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TransportState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TransportState message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TransportState & meridian.TransportState.$Shape} TransportState
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TransportState & meridian.TransportState.$Shape;

        /**
         * Gets the type url for TransportState
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TransportState {

        /** Properties of a TransportState. */
        interface $Properties {

            /** TransportState roomKey */
            roomKey?: (string|null);

            /** TransportState sessionId */
            sessionId?: (string|null);

            /** TransportState change */
            change?: (meridian.TransportChanged.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TransportState. */
        type $Shape = meridian.TransportState.$Properties;
    }

    /**
     * Properties of a SessionEnded.
     * @deprecated Use meridian.SessionEnded.$Properties instead.
     */
    interface ISessionEnded extends meridian.SessionEnded.$Properties {
    }

    /** Represents a SessionEnded. */
    class SessionEnded {

        /**
         * Constructs a new SessionEnded.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SessionEnded.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SessionEnded roomKey. */
        roomKey: string;

        /** SessionEnded sessionId. */
        sessionId: string;

        /** SessionEnded code. */
        code: string;

        /**
         * Creates a new SessionEnded instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SessionEnded instance
         */
        static create(properties: meridian.SessionEnded.$Shape): meridian.SessionEnded & meridian.SessionEnded.$Shape;
        static create(properties?: meridian.SessionEnded.$Properties): meridian.SessionEnded;

        /**
         * Encodes the specified SessionEnded message. Does not implicitly {@link meridian.SessionEnded.verify|verify} messages.
         * @param message SessionEnded message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SessionEnded.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SessionEnded message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SessionEnded & meridian.SessionEnded.$Shape} SessionEnded
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SessionEnded & meridian.SessionEnded.$Shape;

        /**
         * Gets the type url for SessionEnded
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SessionEnded {

        /** Properties of a SessionEnded. */
        interface $Properties {

            /** SessionEnded roomKey */
            roomKey?: (string|null);

            /** SessionEnded sessionId */
            sessionId?: (string|null);

            /** SessionEnded code */
            code?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SessionEnded. */
        type $Shape = meridian.SessionEnded.$Properties;
    }

    /**
     * Properties of a TrackEnded.
     * @deprecated Use meridian.TrackEnded.$Properties instead.
     */
    interface ITrackEnded extends meridian.TrackEnded.$Properties {
    }

    /** Represents a TrackEnded. */
    class TrackEnded {

        /**
         * Constructs a new TrackEnded.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TrackEnded.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TrackEnded roomKey. */
        roomKey: string;

        /** TrackEnded sessionId. */
        sessionId: string;

        /** TrackEnded trackId. */
        trackId: string;

        /** TrackEnded reason. */
        reason: string;

        /**
         * Creates a new TrackEnded instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TrackEnded instance
         */
        static create(properties: meridian.TrackEnded.$Shape): meridian.TrackEnded & meridian.TrackEnded.$Shape;
        static create(properties?: meridian.TrackEnded.$Properties): meridian.TrackEnded;

        /**
         * Encodes the specified TrackEnded message. Does not implicitly {@link meridian.TrackEnded.verify|verify} messages.
         * @param message TrackEnded message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TrackEnded.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TrackEnded message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TrackEnded & meridian.TrackEnded.$Shape} TrackEnded
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TrackEnded & meridian.TrackEnded.$Shape;

        /**
         * Gets the type url for TrackEnded
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TrackEnded {

        /** Properties of a TrackEnded. */
        interface $Properties {

            /** TrackEnded roomKey */
            roomKey?: (string|null);

            /** TrackEnded sessionId */
            sessionId?: (string|null);

            /** TrackEnded trackId */
            trackId?: (string|null);

            /** TrackEnded reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TrackEnded. */
        type $Shape = meridian.TrackEnded.$Properties;
    }

    /**
     * Properties of a TrackDemand.
     * @deprecated Use meridian.TrackDemand.$Properties instead.
     */
    interface ITrackDemand extends meridian.TrackDemand.$Properties {
    }

    /** Represents a TrackDemand. */
    class TrackDemand {

        /**
         * Constructs a new TrackDemand.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TrackDemand.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TrackDemand roomKey. */
        roomKey: string;

        /** TrackDemand sessionId. */
        sessionId: string;

        /** TrackDemand demand. */
        demand?: (meridian.LayerDemand.$Properties|null);

        /**
         * Creates a new TrackDemand instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TrackDemand instance
         */
        static create(properties: meridian.TrackDemand.$Shape): meridian.TrackDemand & meridian.TrackDemand.$Shape;
        static create(properties?: meridian.TrackDemand.$Properties): meridian.TrackDemand;

        /**
         * Encodes the specified TrackDemand message. Does not implicitly {@link meridian.TrackDemand.verify|verify} messages.
         * @param message TrackDemand message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TrackDemand.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TrackDemand message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TrackDemand & meridian.TrackDemand.$Shape} TrackDemand
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TrackDemand & meridian.TrackDemand.$Shape;

        /**
         * Gets the type url for TrackDemand
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TrackDemand {

        /** Properties of a TrackDemand. */
        interface $Properties {

            /** TrackDemand roomKey */
            roomKey?: (string|null);

            /** TrackDemand sessionId */
            sessionId?: (string|null);

            /** TrackDemand demand */
            demand?: (meridian.LayerDemand.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TrackDemand. */
        type $Shape = meridian.TrackDemand.$Properties;
    }

    /**
     * Properties of a SpeakerLevels.
     * @deprecated Use meridian.SpeakerLevels.$Properties instead.
     */
    interface ISpeakerLevels extends meridian.SpeakerLevels.$Properties {
    }

    /** Represents a SpeakerLevels. */
    class SpeakerLevels {

        /**
         * Constructs a new SpeakerLevels.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SpeakerLevels.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SpeakerLevels roomKey. */
        roomKey: string;

        /** SpeakerLevels speakers. */
        speakers: meridian.Speaker.$Properties[];

        /** SpeakerLevels nodeId. */
        nodeId: string;

        /**
         * Creates a new SpeakerLevels instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SpeakerLevels instance
         */
        static create(properties: meridian.SpeakerLevels.$Shape): meridian.SpeakerLevels & meridian.SpeakerLevels.$Shape;
        static create(properties?: meridian.SpeakerLevels.$Properties): meridian.SpeakerLevels;

        /**
         * Encodes the specified SpeakerLevels message. Does not implicitly {@link meridian.SpeakerLevels.verify|verify} messages.
         * @param message SpeakerLevels message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SpeakerLevels.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SpeakerLevels message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SpeakerLevels & meridian.SpeakerLevels.$Shape} SpeakerLevels
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SpeakerLevels & meridian.SpeakerLevels.$Shape;

        /**
         * Gets the type url for SpeakerLevels
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SpeakerLevels {

        /** Properties of a SpeakerLevels. */
        interface $Properties {

            /** SpeakerLevels roomKey */
            roomKey?: (string|null);

            /** SpeakerLevels speakers */
            speakers?: (meridian.Speaker.$Properties[]|null);

            /** SpeakerLevels nodeId */
            nodeId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SpeakerLevels. */
        type $Shape = meridian.SpeakerLevels.$Properties;
    }

    /**
     * Properties of a CarrierChanged.
     * @deprecated Use meridian.CarrierChanged.$Properties instead.
     */
    interface ICarrierChanged extends meridian.CarrierChanged.$Properties {
    }

    /** Represents a CarrierChanged. */
    class CarrierChanged {

        /**
         * Constructs a new CarrierChanged.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.CarrierChanged.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** CarrierChanged roomKey. */
        roomKey: string;

        /** CarrierChanged trackId. */
        trackId: string;

        /** CarrierChanged nodeId. */
        nodeId: string;

        /** CarrierChanged carries. */
        carries: boolean;

        /** CarrierChanged fromNodeId. */
        fromNodeId: string;

        /** CarrierChanged doubtful. */
        doubtful: boolean;

        /**
         * Creates a new CarrierChanged instance using the specified properties.
         * @param [properties] Properties to set
         * @returns CarrierChanged instance
         */
        static create(properties: meridian.CarrierChanged.$Shape): meridian.CarrierChanged & meridian.CarrierChanged.$Shape;
        static create(properties?: meridian.CarrierChanged.$Properties): meridian.CarrierChanged;

        /**
         * Encodes the specified CarrierChanged message. Does not implicitly {@link meridian.CarrierChanged.verify|verify} messages.
         * @param message CarrierChanged message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.CarrierChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a CarrierChanged message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.CarrierChanged & meridian.CarrierChanged.$Shape} CarrierChanged
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.CarrierChanged & meridian.CarrierChanged.$Shape;

        /**
         * Gets the type url for CarrierChanged
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace CarrierChanged {

        /** Properties of a CarrierChanged. */
        interface $Properties {

            /** CarrierChanged roomKey */
            roomKey?: (string|null);

            /** CarrierChanged trackId */
            trackId?: (string|null);

            /** CarrierChanged nodeId */
            nodeId?: (string|null);

            /** CarrierChanged carries */
            carries?: (boolean|null);

            /** CarrierChanged fromNodeId */
            fromNodeId?: (string|null);

            /** CarrierChanged doubtful */
            doubtful?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a CarrierChanged. */
        type $Shape = meridian.CarrierChanged.$Properties;
    }

    /**
     * Properties of a RoomLost.
     * @deprecated Use meridian.RoomLost.$Properties instead.
     */
    interface IRoomLost extends meridian.RoomLost.$Properties {
    }

    /** Represents a RoomLost. */
    class RoomLost {

        /**
         * Constructs a new RoomLost.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomLost.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomLost roomKey. */
        roomKey: string;

        /** RoomLost code. */
        code: string;

        /** RoomLost sessionIds. */
        sessionIds: string[];

        /**
         * Creates a new RoomLost instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomLost instance
         */
        static create(properties: meridian.RoomLost.$Shape): meridian.RoomLost & meridian.RoomLost.$Shape;
        static create(properties?: meridian.RoomLost.$Properties): meridian.RoomLost;

        /**
         * Encodes the specified RoomLost message. Does not implicitly {@link meridian.RoomLost.verify|verify} messages.
         * @param message RoomLost message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomLost.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomLost message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomLost & meridian.RoomLost.$Shape} RoomLost
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomLost & meridian.RoomLost.$Shape;

        /**
         * Gets the type url for RoomLost
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomLost {

        /** Properties of a RoomLost. */
        interface $Properties {

            /** RoomLost roomKey */
            roomKey?: (string|null);

            /** RoomLost code */
            code?: (string|null);

            /** RoomLost sessionIds */
            sessionIds?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomLost. */
        type $Shape = meridian.RoomLost.$Properties;
    }

    /**
     * Properties of an OwnerJoin.
     * @deprecated Use meridian.OwnerJoin.$Properties instead.
     */
    interface IOwnerJoin extends meridian.OwnerJoin.$Properties {
    }

    /** Represents an OwnerJoin. */
    class OwnerJoin {

        /**
         * Constructs a new OwnerJoin.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerJoin.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerJoin room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerJoin participant. */
        participant?: (meridian.ParticipantInfo.$Properties|null);

        /** OwnerJoin takeover. */
        takeover: boolean;

        /** OwnerJoin manualSubscribe. */
        manualSubscribe: boolean;

        /** OwnerJoin adoption. */
        adoption?: (number|null);

        /** OwnerJoin fence. */
        fence: string;

        /** OwnerJoin noRoster. */
        noRoster: boolean;

        /** OwnerJoin policyVersion. */
        policyVersion: number;

        /**
         * Creates a new OwnerJoin instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerJoin instance
         */
        static create(properties: meridian.OwnerJoin.$Shape): meridian.OwnerJoin & meridian.OwnerJoin.$Shape;
        static create(properties?: meridian.OwnerJoin.$Properties): meridian.OwnerJoin;

        /**
         * Encodes the specified OwnerJoin message. Does not implicitly {@link meridian.OwnerJoin.verify|verify} messages.
         * @param message OwnerJoin message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerJoin.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerJoin message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerJoin & meridian.OwnerJoin.$Shape} OwnerJoin
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerJoin & meridian.OwnerJoin.$Shape;

        /**
         * Gets the type url for OwnerJoin
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerJoin {

        /** Properties of an OwnerJoin. */
        interface $Properties {

            /** OwnerJoin room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerJoin participant */
            participant?: (meridian.ParticipantInfo.$Properties|null);

            /** OwnerJoin takeover */
            takeover?: (boolean|null);

            /** OwnerJoin manualSubscribe */
            manualSubscribe?: (boolean|null);

            /** OwnerJoin adoption */
            adoption?: (number|null);

            /** OwnerJoin fence */
            fence?: (string|null);

            /** OwnerJoin noRoster */
            noRoster?: (boolean|null);

            /** OwnerJoin policyVersion */
            policyVersion?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerJoin. */
        type $Shape = meridian.OwnerJoin.$Properties;
    }

    /**
     * Properties of an OwnerJoined.
     * @deprecated Use meridian.OwnerJoined.$Properties instead.
     */
    interface IOwnerJoined extends meridian.OwnerJoined.$Properties {
    }

    /** Represents an OwnerJoined. */
    class OwnerJoined {

        /**
         * Constructs a new OwnerJoined.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerJoined.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerJoined roster. */
        roster?: (meridian.RosterSnapshot.$Properties|null);

        /** OwnerJoined subscriptions. */
        subscriptions: meridian.TrackSubscription.$Properties[];

        /** OwnerJoined fence. */
        fence: string;

        /** OwnerJoined outside. */
        outside: boolean;

        /** OwnerJoined policy. */
        policy?: (meridian.RoomPolicy.$Properties|null);

        /**
         * Creates a new OwnerJoined instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerJoined instance
         */
        static create(properties: meridian.OwnerJoined.$Shape): meridian.OwnerJoined & meridian.OwnerJoined.$Shape;
        static create(properties?: meridian.OwnerJoined.$Properties): meridian.OwnerJoined;

        /**
         * Encodes the specified OwnerJoined message. Does not implicitly {@link meridian.OwnerJoined.verify|verify} messages.
         * @param message OwnerJoined message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerJoined.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerJoined message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerJoined & meridian.OwnerJoined.$Shape} OwnerJoined
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerJoined & meridian.OwnerJoined.$Shape;

        /**
         * Gets the type url for OwnerJoined
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerJoined {

        /** Properties of an OwnerJoined. */
        interface $Properties {

            /** OwnerJoined roster */
            roster?: (meridian.RosterSnapshot.$Properties|null);

            /** OwnerJoined subscriptions */
            subscriptions?: (meridian.TrackSubscription.$Properties[]|null);

            /** OwnerJoined fence */
            fence?: (string|null);

            /** OwnerJoined outside */
            outside?: (boolean|null);

            /** OwnerJoined policy */
            policy?: (meridian.RoomPolicy.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerJoined. */
        type $Shape = meridian.OwnerJoined.$Properties;
    }

    /**
     * Properties of an OwnerLeave.
     * @deprecated Use meridian.OwnerLeave.$Properties instead.
     */
    interface IOwnerLeave extends meridian.OwnerLeave.$Properties {
    }

    /** Represents an OwnerLeave. */
    class OwnerLeave {

        /**
         * Constructs a new OwnerLeave.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerLeave.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerLeave room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerLeave sessionId. */
        sessionId: string;

        /** OwnerLeave reason. */
        reason: string;

        /**
         * Creates a new OwnerLeave instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerLeave instance
         */
        static create(properties: meridian.OwnerLeave.$Shape): meridian.OwnerLeave & meridian.OwnerLeave.$Shape;
        static create(properties?: meridian.OwnerLeave.$Properties): meridian.OwnerLeave;

        /**
         * Encodes the specified OwnerLeave message. Does not implicitly {@link meridian.OwnerLeave.verify|verify} messages.
         * @param message OwnerLeave message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerLeave.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerLeave message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerLeave & meridian.OwnerLeave.$Shape} OwnerLeave
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerLeave & meridian.OwnerLeave.$Shape;

        /**
         * Gets the type url for OwnerLeave
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerLeave {

        /** Properties of an OwnerLeave. */
        interface $Properties {

            /** OwnerLeave room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerLeave sessionId */
            sessionId?: (string|null);

            /** OwnerLeave reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerLeave. */
        type $Shape = meridian.OwnerLeave.$Properties;
    }

    /**
     * Properties of an OwnerPublish.
     * @deprecated Use meridian.OwnerPublish.$Properties instead.
     */
    interface IOwnerPublish extends meridian.OwnerPublish.$Properties {
    }

    /** Represents an OwnerPublish. */
    class OwnerPublish {

        /**
         * Constructs a new OwnerPublish.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerPublish.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerPublish room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerPublish sessionId. */
        sessionId: string;

        /** OwnerPublish track. */
        track?: (meridian.TrackInfo.$Properties|null);

        /**
         * Creates a new OwnerPublish instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerPublish instance
         */
        static create(properties: meridian.OwnerPublish.$Shape): meridian.OwnerPublish & meridian.OwnerPublish.$Shape;
        static create(properties?: meridian.OwnerPublish.$Properties): meridian.OwnerPublish;

        /**
         * Encodes the specified OwnerPublish message. Does not implicitly {@link meridian.OwnerPublish.verify|verify} messages.
         * @param message OwnerPublish message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerPublish.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerPublish message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerPublish & meridian.OwnerPublish.$Shape} OwnerPublish
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerPublish & meridian.OwnerPublish.$Shape;

        /**
         * Gets the type url for OwnerPublish
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerPublish {

        /** Properties of an OwnerPublish. */
        interface $Properties {

            /** OwnerPublish room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerPublish sessionId */
            sessionId?: (string|null);

            /** OwnerPublish track */
            track?: (meridian.TrackInfo.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerPublish. */
        type $Shape = meridian.OwnerPublish.$Properties;
    }

    /**
     * Properties of an OwnerUnpublish.
     * @deprecated Use meridian.OwnerUnpublish.$Properties instead.
     */
    interface IOwnerUnpublish extends meridian.OwnerUnpublish.$Properties {
    }

    /** Represents an OwnerUnpublish. */
    class OwnerUnpublish {

        /**
         * Constructs a new OwnerUnpublish.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerUnpublish.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerUnpublish room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerUnpublish sessionId. */
        sessionId: string;

        /** OwnerUnpublish trackId. */
        trackId: string;

        /** OwnerUnpublish reason. */
        reason: string;

        /**
         * Creates a new OwnerUnpublish instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerUnpublish instance
         */
        static create(properties: meridian.OwnerUnpublish.$Shape): meridian.OwnerUnpublish & meridian.OwnerUnpublish.$Shape;
        static create(properties?: meridian.OwnerUnpublish.$Properties): meridian.OwnerUnpublish;

        /**
         * Encodes the specified OwnerUnpublish message. Does not implicitly {@link meridian.OwnerUnpublish.verify|verify} messages.
         * @param message OwnerUnpublish message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerUnpublish.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerUnpublish message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerUnpublish & meridian.OwnerUnpublish.$Shape} OwnerUnpublish
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerUnpublish & meridian.OwnerUnpublish.$Shape;

        /**
         * Gets the type url for OwnerUnpublish
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerUnpublish {

        /** Properties of an OwnerUnpublish. */
        interface $Properties {

            /** OwnerUnpublish room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerUnpublish sessionId */
            sessionId?: (string|null);

            /** OwnerUnpublish trackId */
            trackId?: (string|null);

            /** OwnerUnpublish reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerUnpublish. */
        type $Shape = meridian.OwnerUnpublish.$Properties;
    }

    /**
     * Properties of an OwnerMute.
     * @deprecated Use meridian.OwnerMute.$Properties instead.
     */
    interface IOwnerMute extends meridian.OwnerMute.$Properties {
    }

    /** Represents an OwnerMute. */
    class OwnerMute {

        /**
         * Constructs a new OwnerMute.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerMute.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerMute room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerMute sessionId. */
        sessionId: string;

        /** OwnerMute trackId. */
        trackId: string;

        /** OwnerMute muted. */
        muted: boolean;

        /**
         * Creates a new OwnerMute instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerMute instance
         */
        static create(properties: meridian.OwnerMute.$Shape): meridian.OwnerMute & meridian.OwnerMute.$Shape;
        static create(properties?: meridian.OwnerMute.$Properties): meridian.OwnerMute;

        /**
         * Encodes the specified OwnerMute message. Does not implicitly {@link meridian.OwnerMute.verify|verify} messages.
         * @param message OwnerMute message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerMute.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerMute message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerMute & meridian.OwnerMute.$Shape} OwnerMute
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerMute & meridian.OwnerMute.$Shape;

        /**
         * Gets the type url for OwnerMute
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerMute {

        /** Properties of an OwnerMute. */
        interface $Properties {

            /** OwnerMute room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerMute sessionId */
            sessionId?: (string|null);

            /** OwnerMute trackId */
            trackId?: (string|null);

            /** OwnerMute muted */
            muted?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerMute. */
        type $Shape = meridian.OwnerMute.$Properties;
    }

    /**
     * Properties of an OwnerUpdate.
     * @deprecated Use meridian.OwnerUpdate.$Properties instead.
     */
    interface IOwnerUpdate extends meridian.OwnerUpdate.$Properties {
    }

    /** Represents an OwnerUpdate. */
    class OwnerUpdate {

        /**
         * Constructs a new OwnerUpdate.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerUpdate.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerUpdate room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerUpdate participant. */
        participant?: (meridian.ParticipantInfo.$Properties|null);

        /**
         * Creates a new OwnerUpdate instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerUpdate instance
         */
        static create(properties: meridian.OwnerUpdate.$Shape): meridian.OwnerUpdate & meridian.OwnerUpdate.$Shape;
        static create(properties?: meridian.OwnerUpdate.$Properties): meridian.OwnerUpdate;

        /**
         * Encodes the specified OwnerUpdate message. Does not implicitly {@link meridian.OwnerUpdate.verify|verify} messages.
         * @param message OwnerUpdate message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerUpdate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerUpdate message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerUpdate & meridian.OwnerUpdate.$Shape} OwnerUpdate
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerUpdate & meridian.OwnerUpdate.$Shape;

        /**
         * Gets the type url for OwnerUpdate
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerUpdate {

        /** Properties of an OwnerUpdate. */
        interface $Properties {

            /** OwnerUpdate room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerUpdate participant */
            participant?: (meridian.ParticipantInfo.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerUpdate. */
        type $Shape = meridian.OwnerUpdate.$Properties;
    }

    /**
     * Properties of an OwnerQuality.
     * @deprecated Use meridian.OwnerQuality.$Properties instead.
     */
    interface IOwnerQuality extends meridian.OwnerQuality.$Properties {
    }

    /** Represents an OwnerQuality. */
    class OwnerQuality {

        /**
         * Constructs a new OwnerQuality.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerQuality.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerQuality room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerQuality sessionId. */
        sessionId: string;

        /** OwnerQuality quality. */
        quality: meridian.Quality;

        /**
         * Creates a new OwnerQuality instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerQuality instance
         */
        static create(properties: meridian.OwnerQuality.$Shape): meridian.OwnerQuality & meridian.OwnerQuality.$Shape;
        static create(properties?: meridian.OwnerQuality.$Properties): meridian.OwnerQuality;

        /**
         * Encodes the specified OwnerQuality message. Does not implicitly {@link meridian.OwnerQuality.verify|verify} messages.
         * @param message OwnerQuality message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerQuality.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerQuality message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerQuality & meridian.OwnerQuality.$Shape} OwnerQuality
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerQuality & meridian.OwnerQuality.$Shape;

        /**
         * Gets the type url for OwnerQuality
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerQuality {

        /** Properties of an OwnerQuality. */
        interface $Properties {

            /** OwnerQuality room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerQuality sessionId */
            sessionId?: (string|null);

            /** OwnerQuality quality */
            quality?: (meridian.Quality|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerQuality. */
        type $Shape = meridian.OwnerQuality.$Properties;
    }

    /**
     * Properties of an OwnerGrants.
     * @deprecated Use meridian.OwnerGrants.$Properties instead.
     */
    interface IOwnerGrants extends meridian.OwnerGrants.$Properties {
    }

    /** Represents an OwnerGrants. */
    class OwnerGrants {

        /**
         * Constructs a new OwnerGrants.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerGrants.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerGrants room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerGrants pullerNodeId. */
        pullerNodeId: string;

        /** OwnerGrants trackIds. */
        trackIds: string[];

        /** OwnerGrants carrierNodeId. */
        carrierNodeId: string;

        /**
         * Creates a new OwnerGrants instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerGrants instance
         */
        static create(properties: meridian.OwnerGrants.$Shape): meridian.OwnerGrants & meridian.OwnerGrants.$Shape;
        static create(properties?: meridian.OwnerGrants.$Properties): meridian.OwnerGrants;

        /**
         * Encodes the specified OwnerGrants message. Does not implicitly {@link meridian.OwnerGrants.verify|verify} messages.
         * @param message OwnerGrants message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerGrants.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerGrants message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerGrants & meridian.OwnerGrants.$Shape} OwnerGrants
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerGrants & meridian.OwnerGrants.$Shape;

        /**
         * Gets the type url for OwnerGrants
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerGrants {

        /** Properties of an OwnerGrants. */
        interface $Properties {

            /** OwnerGrants room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerGrants pullerNodeId */
            pullerNodeId?: (string|null);

            /** OwnerGrants trackIds */
            trackIds?: (string[]|null);

            /** OwnerGrants carrierNodeId */
            carrierNodeId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerGrants. */
        type $Shape = meridian.OwnerGrants.$Properties;
    }

    /**
     * Properties of an OwnerGranted.
     * @deprecated Use meridian.OwnerGranted.$Properties instead.
     */
    interface IOwnerGranted extends meridian.OwnerGranted.$Properties {
    }

    /** Represents an OwnerGranted. */
    class OwnerGranted {

        /**
         * Constructs a new OwnerGranted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerGranted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerGranted subscriptions. */
        subscriptions: meridian.TrackSubscription.$Properties[];

        /** OwnerGranted failed. */
        failed: meridian.SubscriptionFailed.$Properties[];

        /**
         * Creates a new OwnerGranted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerGranted instance
         */
        static create(properties: meridian.OwnerGranted.$Shape): meridian.OwnerGranted & meridian.OwnerGranted.$Shape;
        static create(properties?: meridian.OwnerGranted.$Properties): meridian.OwnerGranted;

        /**
         * Encodes the specified OwnerGranted message. Does not implicitly {@link meridian.OwnerGranted.verify|verify} messages.
         * @param message OwnerGranted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerGranted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerGranted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerGranted & meridian.OwnerGranted.$Shape} OwnerGranted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerGranted & meridian.OwnerGranted.$Shape;

        /**
         * Gets the type url for OwnerGranted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerGranted {

        /** Properties of an OwnerGranted. */
        interface $Properties {

            /** OwnerGranted subscriptions */
            subscriptions?: (meridian.TrackSubscription.$Properties[]|null);

            /** OwnerGranted failed */
            failed?: (meridian.SubscriptionFailed.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerGranted. */
        type $Shape = meridian.OwnerGranted.$Properties;
    }

    /**
     * Properties of a RenditionNeed.
     * @deprecated Use meridian.RenditionNeed.$Properties instead.
     */
    interface IRenditionNeed extends meridian.RenditionNeed.$Properties {
    }

    /** Represents a RenditionNeed. */
    class RenditionNeed {

        /**
         * Constructs a new RenditionNeed.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RenditionNeed.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RenditionNeed trackId. */
        trackId: string;

        /** RenditionNeed mimeType. */
        mimeType: string;

        /**
         * Creates a new RenditionNeed instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RenditionNeed instance
         */
        static create(properties: meridian.RenditionNeed.$Shape): meridian.RenditionNeed & meridian.RenditionNeed.$Shape;
        static create(properties?: meridian.RenditionNeed.$Properties): meridian.RenditionNeed;

        /**
         * Encodes the specified RenditionNeed message. Does not implicitly {@link meridian.RenditionNeed.verify|verify} messages.
         * @param message RenditionNeed message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RenditionNeed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RenditionNeed message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RenditionNeed & meridian.RenditionNeed.$Shape} RenditionNeed
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RenditionNeed & meridian.RenditionNeed.$Shape;

        /**
         * Gets the type url for RenditionNeed
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RenditionNeed {

        /** Properties of a RenditionNeed. */
        interface $Properties {

            /** RenditionNeed trackId */
            trackId?: (string|null);

            /** RenditionNeed mimeType */
            mimeType?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RenditionNeed. */
        type $Shape = meridian.RenditionNeed.$Properties;
    }

    /**
     * Properties of an OwnerNeeds.
     * @deprecated Use meridian.OwnerNeeds.$Properties instead.
     */
    interface IOwnerNeeds extends meridian.OwnerNeeds.$Properties {
    }

    /** Represents an OwnerNeeds. */
    class OwnerNeeds {

        /**
         * Constructs a new OwnerNeeds.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerNeeds.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerNeeds room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerNeeds needs. */
        needs: meridian.RenditionNeed.$Properties[];

        /**
         * Creates a new OwnerNeeds instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerNeeds instance
         */
        static create(properties: meridian.OwnerNeeds.$Shape): meridian.OwnerNeeds & meridian.OwnerNeeds.$Shape;
        static create(properties?: meridian.OwnerNeeds.$Properties): meridian.OwnerNeeds;

        /**
         * Encodes the specified OwnerNeeds message. Does not implicitly {@link meridian.OwnerNeeds.verify|verify} messages.
         * @param message OwnerNeeds message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerNeeds.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerNeeds message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerNeeds & meridian.OwnerNeeds.$Shape} OwnerNeeds
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerNeeds & meridian.OwnerNeeds.$Shape;

        /**
         * Gets the type url for OwnerNeeds
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerNeeds {

        /** Properties of an OwnerNeeds. */
        interface $Properties {

            /** OwnerNeeds room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerNeeds needs */
            needs?: (meridian.RenditionNeed.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerNeeds. */
        type $Shape = meridian.OwnerNeeds.$Properties;
    }

    /**
     * Properties of an OwnerRenditionRefused.
     * @deprecated Use meridian.OwnerRenditionRefused.$Properties instead.
     */
    interface IOwnerRenditionRefused extends meridian.OwnerRenditionRefused.$Properties {
    }

    /** Represents an OwnerRenditionRefused. */
    class OwnerRenditionRefused {

        /**
         * Constructs a new OwnerRenditionRefused.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerRenditionRefused.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerRenditionRefused room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerRenditionRefused sessionId. */
        sessionId: string;

        /** OwnerRenditionRefused refused. */
        refused?: (meridian.RenditionRefused.$Properties|null);

        /**
         * Creates a new OwnerRenditionRefused instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerRenditionRefused instance
         */
        static create(properties: meridian.OwnerRenditionRefused.$Shape): meridian.OwnerRenditionRefused & meridian.OwnerRenditionRefused.$Shape;
        static create(properties?: meridian.OwnerRenditionRefused.$Properties): meridian.OwnerRenditionRefused;

        /**
         * Encodes the specified OwnerRenditionRefused message. Does not implicitly {@link meridian.OwnerRenditionRefused.verify|verify} messages.
         * @param message OwnerRenditionRefused message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerRenditionRefused.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerRenditionRefused message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerRenditionRefused & meridian.OwnerRenditionRefused.$Shape} OwnerRenditionRefused
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerRenditionRefused & meridian.OwnerRenditionRefused.$Shape;

        /**
         * Gets the type url for OwnerRenditionRefused
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerRenditionRefused {

        /** Properties of an OwnerRenditionRefused. */
        interface $Properties {

            /** OwnerRenditionRefused room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerRenditionRefused sessionId */
            sessionId?: (string|null);

            /** OwnerRenditionRefused refused */
            refused?: (meridian.RenditionRefused.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerRenditionRefused. */
        type $Shape = meridian.OwnerRenditionRefused.$Properties;
    }

    /**
     * Properties of an OwnerSnapshot.
     * @deprecated Use meridian.OwnerSnapshot.$Properties instead.
     */
    interface IOwnerSnapshot extends meridian.OwnerSnapshot.$Properties {
    }

    /** Represents an OwnerSnapshot. */
    class OwnerSnapshot {

        /**
         * Constructs a new OwnerSnapshot.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerSnapshot.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerSnapshot room. */
        room?: (meridian.RoomRef.$Properties|null);

        /**
         * Creates a new OwnerSnapshot instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerSnapshot instance
         */
        static create(properties: meridian.OwnerSnapshot.$Shape): meridian.OwnerSnapshot & meridian.OwnerSnapshot.$Shape;
        static create(properties?: meridian.OwnerSnapshot.$Properties): meridian.OwnerSnapshot;

        /**
         * Encodes the specified OwnerSnapshot message. Does not implicitly {@link meridian.OwnerSnapshot.verify|verify} messages.
         * @param message OwnerSnapshot message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerSnapshot.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerSnapshot message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerSnapshot & meridian.OwnerSnapshot.$Shape} OwnerSnapshot
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerSnapshot & meridian.OwnerSnapshot.$Shape;

        /**
         * Gets the type url for OwnerSnapshot
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerSnapshot {

        /** Properties of an OwnerSnapshot. */
        interface $Properties {

            /** OwnerSnapshot room */
            room?: (meridian.RoomRef.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerSnapshot. */
        type $Shape = meridian.OwnerSnapshot.$Properties;
    }

    /**
     * Properties of an OwnerOf.
     * @deprecated Use meridian.OwnerOf.$Properties instead.
     */
    interface IOwnerOf extends meridian.OwnerOf.$Properties {
    }

    /** Represents an OwnerOf. */
    class OwnerOf {

        /**
         * Constructs a new OwnerOf.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerOf.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerOf roomKey. */
        roomKey: string;

        /** OwnerOf claiming. */
        claiming: boolean;

        /**
         * Creates a new OwnerOf instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerOf instance
         */
        static create(properties: meridian.OwnerOf.$Shape): meridian.OwnerOf & meridian.OwnerOf.$Shape;
        static create(properties?: meridian.OwnerOf.$Properties): meridian.OwnerOf;

        /**
         * Encodes the specified OwnerOf message. Does not implicitly {@link meridian.OwnerOf.verify|verify} messages.
         * @param message OwnerOf message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerOf.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerOf message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerOf & meridian.OwnerOf.$Shape} OwnerOf
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerOf & meridian.OwnerOf.$Shape;

        /**
         * Gets the type url for OwnerOf
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerOf {

        /** Properties of an OwnerOf. */
        interface $Properties {

            /** OwnerOf roomKey */
            roomKey?: (string|null);

            /** OwnerOf claiming */
            claiming?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerOf. */
        type $Shape = meridian.OwnerOf.$Properties;
    }

    /**
     * Properties of a RoomOwner.
     * @deprecated Use meridian.RoomOwner.$Properties instead.
     */
    interface IRoomOwner extends meridian.RoomOwner.$Properties {
    }

    /** Represents a RoomOwner. */
    class RoomOwner {

        /**
         * Constructs a new RoomOwner.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomOwner.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomOwner ownerId. */
        ownerId: string;

        /** RoomOwner epoch. */
        epoch: number;

        /** RoomOwner provisional. */
        provisional: boolean;

        /** RoomOwner claiming. */
        claiming: boolean;

        /**
         * Creates a new RoomOwner instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomOwner instance
         */
        static create(properties: meridian.RoomOwner.$Shape): meridian.RoomOwner & meridian.RoomOwner.$Shape;
        static create(properties?: meridian.RoomOwner.$Properties): meridian.RoomOwner;

        /**
         * Encodes the specified RoomOwner message. Does not implicitly {@link meridian.RoomOwner.verify|verify} messages.
         * @param message RoomOwner message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomOwner.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomOwner message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomOwner & meridian.RoomOwner.$Shape} RoomOwner
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomOwner & meridian.RoomOwner.$Shape;

        /**
         * Gets the type url for RoomOwner
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomOwner {

        /** Properties of a RoomOwner. */
        interface $Properties {

            /** RoomOwner ownerId */
            ownerId?: (string|null);

            /** RoomOwner epoch */
            epoch?: (number|null);

            /** RoomOwner provisional */
            provisional?: (boolean|null);

            /** RoomOwner claiming */
            claiming?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomOwner. */
        type $Shape = meridian.RoomOwner.$Properties;
    }

    /**
     * Properties of a SignalingEvents.
     * @deprecated Use meridian.SignalingEvents.$Properties instead.
     */
    interface ISignalingEvents extends meridian.SignalingEvents.$Properties {
    }

    /** Represents a SignalingEvents. */
    class SignalingEvents {

        /**
         * Constructs a new SignalingEvents.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SignalingEvents.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SignalingEvents room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** SignalingEvents events. */
        events: meridian.RoomEvent.$Properties[];

        /** SignalingEvents policy. */
        policy?: (meridian.RoomPolicy.$Properties|null);

        /**
         * Creates a new SignalingEvents instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SignalingEvents instance
         */
        static create(properties: meridian.SignalingEvents.$Shape): meridian.SignalingEvents & meridian.SignalingEvents.$Shape;
        static create(properties?: meridian.SignalingEvents.$Properties): meridian.SignalingEvents;

        /**
         * Encodes the specified SignalingEvents message. Does not implicitly {@link meridian.SignalingEvents.verify|verify} messages.
         * @param message SignalingEvents message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SignalingEvents.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SignalingEvents message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SignalingEvents & meridian.SignalingEvents.$Shape} SignalingEvents
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SignalingEvents & meridian.SignalingEvents.$Shape;

        /**
         * Gets the type url for SignalingEvents
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SignalingEvents {

        /** Properties of a SignalingEvents. */
        interface $Properties {

            /** SignalingEvents room */
            room?: (meridian.RoomRef.$Properties|null);

            /** SignalingEvents events */
            events?: (meridian.RoomEvent.$Properties[]|null);

            /** SignalingEvents policy */
            policy?: (meridian.RoomPolicy.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SignalingEvents. */
        type $Shape = {
          room?: meridian.RoomRef.$Shape|null;
          events?: meridian.RoomEvent.$Shape[]|null;
          policy?: meridian.RoomPolicy.$Shape|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a SignalingMove.
     * @deprecated Use meridian.SignalingMove.$Properties instead.
     */
    interface ISignalingMove extends meridian.SignalingMove.$Properties {
    }

    /** Represents a SignalingMove. */
    class SignalingMove {

        /**
         * Constructs a new SignalingMove.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SignalingMove.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SignalingMove room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** SignalingMove sessionId. */
        sessionId: string;

        /** SignalingMove moveId. */
        moveId: string;

        /** SignalingMove fromNodeId. */
        fromNodeId: string;

        /** SignalingMove toNodeId. */
        toNodeId: string;

        /** SignalingMove decisionId. */
        decisionId: string;

        /** SignalingMove reason. */
        reason: string;

        /**
         * Creates a new SignalingMove instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SignalingMove instance
         */
        static create(properties: meridian.SignalingMove.$Shape): meridian.SignalingMove & meridian.SignalingMove.$Shape;
        static create(properties?: meridian.SignalingMove.$Properties): meridian.SignalingMove;

        /**
         * Encodes the specified SignalingMove message. Does not implicitly {@link meridian.SignalingMove.verify|verify} messages.
         * @param message SignalingMove message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SignalingMove.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SignalingMove message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SignalingMove & meridian.SignalingMove.$Shape} SignalingMove
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SignalingMove & meridian.SignalingMove.$Shape;

        /**
         * Gets the type url for SignalingMove
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SignalingMove {

        /** Properties of a SignalingMove. */
        interface $Properties {

            /** SignalingMove room */
            room?: (meridian.RoomRef.$Properties|null);

            /** SignalingMove sessionId */
            sessionId?: (string|null);

            /** SignalingMove moveId */
            moveId?: (string|null);

            /** SignalingMove fromNodeId */
            fromNodeId?: (string|null);

            /** SignalingMove toNodeId */
            toNodeId?: (string|null);

            /** SignalingMove decisionId */
            decisionId?: (string|null);

            /** SignalingMove reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SignalingMove. */
        type $Shape = meridian.SignalingMove.$Properties;
    }

    /**
     * Properties of an OwnerMoved.
     * @deprecated Use meridian.OwnerMoved.$Properties instead.
     */
    interface IOwnerMoved extends meridian.OwnerMoved.$Properties {
    }

    /** Represents an OwnerMoved. */
    class OwnerMoved {

        /**
         * Constructs a new OwnerMoved.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerMoved.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerMoved room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerMoved sessionId. */
        sessionId: string;

        /** OwnerMoved fromNodeId. */
        fromNodeId: string;

        /** OwnerMoved toNodeId. */
        toNodeId: string;

        /**
         * Creates a new OwnerMoved instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerMoved instance
         */
        static create(properties: meridian.OwnerMoved.$Shape): meridian.OwnerMoved & meridian.OwnerMoved.$Shape;
        static create(properties?: meridian.OwnerMoved.$Properties): meridian.OwnerMoved;

        /**
         * Encodes the specified OwnerMoved message. Does not implicitly {@link meridian.OwnerMoved.verify|verify} messages.
         * @param message OwnerMoved message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerMoved.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerMoved message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerMoved & meridian.OwnerMoved.$Shape} OwnerMoved
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerMoved & meridian.OwnerMoved.$Shape;

        /**
         * Gets the type url for OwnerMoved
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerMoved {

        /** Properties of an OwnerMoved. */
        interface $Properties {

            /** OwnerMoved room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerMoved sessionId */
            sessionId?: (string|null);

            /** OwnerMoved fromNodeId */
            fromNodeId?: (string|null);

            /** OwnerMoved toNodeId */
            toNodeId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerMoved. */
        type $Shape = meridian.OwnerMoved.$Properties;
    }

    /**
     * Properties of an OwnerAct.
     * @deprecated Use meridian.OwnerAct.$Properties instead.
     */
    interface IOwnerAct extends meridian.OwnerAct.$Properties {
    }

    /** Represents an OwnerAct. */
    class OwnerAct {

        /**
         * Constructs a new OwnerAct.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerAct.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerAct room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerAct bySessionId. */
        bySessionId: string;

        /** OwnerAct act. */
        act?: (meridian.RoomAct.$Properties|null);

        /**
         * Creates a new OwnerAct instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerAct instance
         */
        static create(properties: meridian.OwnerAct.$Shape): meridian.OwnerAct & meridian.OwnerAct.$Shape;
        static create(properties?: meridian.OwnerAct.$Properties): meridian.OwnerAct;

        /**
         * Encodes the specified OwnerAct message. Does not implicitly {@link meridian.OwnerAct.verify|verify} messages.
         * @param message OwnerAct message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerAct.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerAct message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerAct & meridian.OwnerAct.$Shape} OwnerAct
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerAct & meridian.OwnerAct.$Shape;

        /**
         * Gets the type url for OwnerAct
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerAct {

        /** Properties of an OwnerAct. */
        interface $Properties {

            /** OwnerAct room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerAct bySessionId */
            bySessionId?: (string|null);

            /** OwnerAct act */
            act?: (meridian.RoomAct.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerAct. */
        type $Shape = {
          room?: meridian.RoomRef.$Shape|null;
          bySessionId?: string|null;
          act?: meridian.RoomAct.$Shape|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of an OwnerKnock.
     * @deprecated Use meridian.OwnerKnock.$Properties instead.
     */
    interface IOwnerKnock extends meridian.OwnerKnock.$Properties {
    }

    /** Represents an OwnerKnock. */
    class OwnerKnock {

        /**
         * Constructs a new OwnerKnock.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerKnock.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerKnock room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerKnock waitId. */
        waitId: string;

        /** OwnerKnock identity. */
        identity: string;

        /** OwnerKnock name. */
        name: string;

        /** OwnerKnock admin. */
        admin: boolean;

        /** OwnerKnock lobby. */
        lobby: boolean;

        /** OwnerKnock sinceWallMs. */
        sinceWallMs: number;

        /**
         * Creates a new OwnerKnock instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerKnock instance
         */
        static create(properties: meridian.OwnerKnock.$Shape): meridian.OwnerKnock & meridian.OwnerKnock.$Shape;
        static create(properties?: meridian.OwnerKnock.$Properties): meridian.OwnerKnock;

        /**
         * Encodes the specified OwnerKnock message. Does not implicitly {@link meridian.OwnerKnock.verify|verify} messages.
         * @param message OwnerKnock message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerKnock.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerKnock message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerKnock & meridian.OwnerKnock.$Shape} OwnerKnock
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerKnock & meridian.OwnerKnock.$Shape;

        /**
         * Gets the type url for OwnerKnock
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerKnock {

        /** Properties of an OwnerKnock. */
        interface $Properties {

            /** OwnerKnock room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerKnock waitId */
            waitId?: (string|null);

            /** OwnerKnock identity */
            identity?: (string|null);

            /** OwnerKnock name */
            name?: (string|null);

            /** OwnerKnock admin */
            admin?: (boolean|null);

            /** OwnerKnock lobby */
            lobby?: (boolean|null);

            /** OwnerKnock sinceWallMs */
            sinceWallMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerKnock. */
        type $Shape = meridian.OwnerKnock.$Properties;
    }

    /**
     * Properties of an OwnerKnocked.
     * @deprecated Use meridian.OwnerKnocked.$Properties instead.
     */
    interface IOwnerKnocked extends meridian.OwnerKnocked.$Properties {
    }

    /** Represents an OwnerKnocked. */
    class OwnerKnocked {

        /**
         * Constructs a new OwnerKnocked.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerKnocked.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerKnocked waits. */
        waits: boolean;

        /** OwnerKnocked waiting. */
        waiting?: (meridian.Waiting.$Properties|null);

        /**
         * Creates a new OwnerKnocked instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerKnocked instance
         */
        static create(properties: meridian.OwnerKnocked.$Shape): meridian.OwnerKnocked & meridian.OwnerKnocked.$Shape;
        static create(properties?: meridian.OwnerKnocked.$Properties): meridian.OwnerKnocked;

        /**
         * Encodes the specified OwnerKnocked message. Does not implicitly {@link meridian.OwnerKnocked.verify|verify} messages.
         * @param message OwnerKnocked message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerKnocked.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerKnocked message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerKnocked & meridian.OwnerKnocked.$Shape} OwnerKnocked
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerKnocked & meridian.OwnerKnocked.$Shape;

        /**
         * Gets the type url for OwnerKnocked
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerKnocked {

        /** Properties of an OwnerKnocked. */
        interface $Properties {

            /** OwnerKnocked waits */
            waits?: (boolean|null);

            /** OwnerKnocked waiting */
            waiting?: (meridian.Waiting.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerKnocked. */
        type $Shape = meridian.OwnerKnocked.$Properties;
    }

    /**
     * Properties of an OwnerUnknock.
     * @deprecated Use meridian.OwnerUnknock.$Properties instead.
     */
    interface IOwnerUnknock extends meridian.OwnerUnknock.$Properties {
    }

    /** Represents an OwnerUnknock. */
    class OwnerUnknock {

        /**
         * Constructs a new OwnerUnknock.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.OwnerUnknock.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** OwnerUnknock room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** OwnerUnknock waitId. */
        waitId: string;

        /**
         * Creates a new OwnerUnknock instance using the specified properties.
         * @param [properties] Properties to set
         * @returns OwnerUnknock instance
         */
        static create(properties: meridian.OwnerUnknock.$Shape): meridian.OwnerUnknock & meridian.OwnerUnknock.$Shape;
        static create(properties?: meridian.OwnerUnknock.$Properties): meridian.OwnerUnknock;

        /**
         * Encodes the specified OwnerUnknock message. Does not implicitly {@link meridian.OwnerUnknock.verify|verify} messages.
         * @param message OwnerUnknock message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.OwnerUnknock.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an OwnerUnknock message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.OwnerUnknock & meridian.OwnerUnknock.$Shape} OwnerUnknock
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.OwnerUnknock & meridian.OwnerUnknock.$Shape;

        /**
         * Gets the type url for OwnerUnknock
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace OwnerUnknock {

        /** Properties of an OwnerUnknock. */
        interface $Properties {

            /** OwnerUnknock room */
            room?: (meridian.RoomRef.$Properties|null);

            /** OwnerUnknock waitId */
            waitId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an OwnerUnknock. */
        type $Shape = meridian.OwnerUnknock.$Properties;
    }

    /**
     * Properties of a SignalingKnock.
     * @deprecated Use meridian.SignalingKnock.$Properties instead.
     */
    interface ISignalingKnock extends meridian.SignalingKnock.$Properties {
    }

    /** Represents a SignalingKnock. */
    class SignalingKnock {

        /**
         * Constructs a new SignalingKnock.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SignalingKnock.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SignalingKnock room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** SignalingKnock waitIds. */
        waitIds: string[];

        /** SignalingKnock code. */
        code: string;

        /** SignalingKnock waiting. */
        waiting?: (meridian.Waiting.$Properties|null);

        /**
         * Creates a new SignalingKnock instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SignalingKnock instance
         */
        static create(properties: meridian.SignalingKnock.$Shape): meridian.SignalingKnock & meridian.SignalingKnock.$Shape;
        static create(properties?: meridian.SignalingKnock.$Properties): meridian.SignalingKnock;

        /**
         * Encodes the specified SignalingKnock message. Does not implicitly {@link meridian.SignalingKnock.verify|verify} messages.
         * @param message SignalingKnock message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SignalingKnock.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SignalingKnock message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SignalingKnock & meridian.SignalingKnock.$Shape} SignalingKnock
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SignalingKnock & meridian.SignalingKnock.$Shape;

        /**
         * Gets the type url for SignalingKnock
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SignalingKnock {

        /** Properties of a SignalingKnock. */
        interface $Properties {

            /** SignalingKnock room */
            room?: (meridian.RoomRef.$Properties|null);

            /** SignalingKnock waitIds */
            waitIds?: (string[]|null);

            /** SignalingKnock code */
            code?: (string|null);

            /** SignalingKnock waiting */
            waiting?: (meridian.Waiting.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SignalingKnock. */
        type $Shape = meridian.SignalingKnock.$Properties;
    }

    /**
     * Properties of a SignalingLobby.
     * @deprecated Use meridian.SignalingLobby.$Properties instead.
     */
    interface ISignalingLobby extends meridian.SignalingLobby.$Properties {
    }

    /** Represents a SignalingLobby. */
    class SignalingLobby {

        /**
         * Constructs a new SignalingLobby.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SignalingLobby.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SignalingLobby room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** SignalingLobby lobby. */
        lobby?: (meridian.Lobby.$Properties|null);

        /**
         * Creates a new SignalingLobby instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SignalingLobby instance
         */
        static create(properties: meridian.SignalingLobby.$Shape): meridian.SignalingLobby & meridian.SignalingLobby.$Shape;
        static create(properties?: meridian.SignalingLobby.$Properties): meridian.SignalingLobby;

        /**
         * Encodes the specified SignalingLobby message. Does not implicitly {@link meridian.SignalingLobby.verify|verify} messages.
         * @param message SignalingLobby message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SignalingLobby.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SignalingLobby message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SignalingLobby & meridian.SignalingLobby.$Shape} SignalingLobby
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SignalingLobby & meridian.SignalingLobby.$Shape;

        /**
         * Gets the type url for SignalingLobby
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SignalingLobby {

        /** Properties of a SignalingLobby. */
        interface $Properties {

            /** SignalingLobby room */
            room?: (meridian.RoomRef.$Properties|null);

            /** SignalingLobby lobby */
            lobby?: (meridian.Lobby.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SignalingLobby. */
        type $Shape = meridian.SignalingLobby.$Properties;
    }

    /**
     * Properties of a SignalingData.
     * @deprecated Use meridian.SignalingData.$Properties instead.
     */
    interface ISignalingData extends meridian.SignalingData.$Properties {
    }

    /** Represents a SignalingData. */
    class SignalingData {

        /**
         * Constructs a new SignalingData.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SignalingData.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SignalingData room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** SignalingData data. */
        data?: (meridian.DataReceived.$Properties|null);

        /** SignalingData sessionIds. */
        sessionIds: string[];

        /**
         * Creates a new SignalingData instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SignalingData instance
         */
        static create(properties: meridian.SignalingData.$Shape): meridian.SignalingData & meridian.SignalingData.$Shape;
        static create(properties?: meridian.SignalingData.$Properties): meridian.SignalingData;

        /**
         * Encodes the specified SignalingData message. Does not implicitly {@link meridian.SignalingData.verify|verify} messages.
         * @param message SignalingData message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SignalingData.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SignalingData message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SignalingData & meridian.SignalingData.$Shape} SignalingData
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SignalingData & meridian.SignalingData.$Shape;

        /**
         * Gets the type url for SignalingData
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SignalingData {

        /** Properties of a SignalingData. */
        interface $Properties {

            /** SignalingData room */
            room?: (meridian.RoomRef.$Properties|null);

            /** SignalingData data */
            data?: (meridian.DataReceived.$Properties|null);

            /** SignalingData sessionIds */
            sessionIds?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SignalingData. */
        type $Shape = meridian.SignalingData.$Properties;
    }

    /**
     * Properties of a SignalingCommand.
     * @deprecated Use meridian.SignalingCommand.$Properties instead.
     */
    interface ISignalingCommand extends meridian.SignalingCommand.$Properties {
    }

    /** Represents a SignalingCommand. */
    class SignalingCommand {

        /**
         * Constructs a new SignalingCommand.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SignalingCommand.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SignalingCommand room. */
        room?: (meridian.RoomRef.$Properties|null);

        /** SignalingCommand sessionId. */
        sessionId: string;

        /** SignalingCommand disconnect. */
        disconnect?: (meridian.Disconnect.$Properties|null);

        /** SignalingCommand mute. */
        mute?: (meridian.SetTrackMuted.$Properties|null);

        /** SignalingCommand rendition. */
        rendition?: (meridian.RenditionWanted.$Properties|null);

        /** SignalingCommand askUnmute. */
        askUnmute?: (meridian.UnmuteAsked.$Properties|null);

        /** SignalingCommand beforeAdoption. */
        beforeAdoption?: (number|null);

        /** SignalingCommand body. */
        body?: ("disconnect"|"mute"|"rendition"|"askUnmute");

        /**
         * Creates a new SignalingCommand instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SignalingCommand instance
         */
        static create(properties: meridian.SignalingCommand.$Shape): meridian.SignalingCommand & meridian.SignalingCommand.$Shape;
        static create(properties?: meridian.SignalingCommand.$Properties): meridian.SignalingCommand;

        /**
         * Encodes the specified SignalingCommand message. Does not implicitly {@link meridian.SignalingCommand.verify|verify} messages.
         * @param message SignalingCommand message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SignalingCommand.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SignalingCommand message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SignalingCommand & meridian.SignalingCommand.$Shape} SignalingCommand
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SignalingCommand & meridian.SignalingCommand.$Shape;

        /**
         * Gets the type url for SignalingCommand
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SignalingCommand {

        /** Properties of a SignalingCommand. */
        interface $Properties {

            /** SignalingCommand room */
            room?: (meridian.RoomRef.$Properties|null);

            /** SignalingCommand sessionId */
            sessionId?: (string|null);

            /** SignalingCommand disconnect */
            disconnect?: (meridian.Disconnect.$Properties|null);

            /** SignalingCommand mute */
            mute?: (meridian.SetTrackMuted.$Properties|null);

            /** SignalingCommand rendition */
            rendition?: (meridian.RenditionWanted.$Properties|null);

            /** SignalingCommand askUnmute */
            askUnmute?: (meridian.UnmuteAsked.$Properties|null);

            /** SignalingCommand beforeAdoption */
            beforeAdoption?: (number|null);

            /** SignalingCommand body */
            body?: ("disconnect"|"mute"|"rendition"|"askUnmute");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a SignalingCommand. */
        type $Shape = {
          room?: meridian.RoomRef.$Shape|null;
          sessionId?: string|null;
          disconnect?: meridian.Disconnect.$Shape|null;
          mute?: meridian.SetTrackMuted.$Shape|null;
          rendition?: meridian.RenditionWanted.$Shape|null;
          askUnmute?: meridian.UnmuteAsked.$Shape|null;
          beforeAdoption?: number|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ body?: undefined; disconnect?: null; mute?: null; rendition?: null; askUnmute?: null }|{ body?: "disconnect"; disconnect: meridian.Disconnect.$Shape; mute?: null; rendition?: null; askUnmute?: null }|{ body?: "mute"; disconnect?: null; mute: meridian.SetTrackMuted.$Shape; rendition?: null; askUnmute?: null }|{ body?: "rendition"; disconnect?: null; mute?: null; rendition: meridian.RenditionWanted.$Shape; askUnmute?: null }|{ body?: "askUnmute"; disconnect?: null; mute?: null; rendition?: null; askUnmute: meridian.UnmuteAsked.$Shape })
        );
    }

    /**
     * Properties of a Ban.
     * @deprecated Use meridian.Ban.$Properties instead.
     */
    interface IBan extends meridian.Ban.$Properties {
    }

    /** Represents a Ban. */
    class Ban {

        /**
         * Constructs a new Ban.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Ban.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Ban identity. */
        identity: string;

        /** Ban untilWallMs. */
        untilWallMs: number;

        /**
         * Creates a new Ban instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Ban instance
         */
        static create(properties: meridian.Ban.$Shape): meridian.Ban & meridian.Ban.$Shape;
        static create(properties?: meridian.Ban.$Properties): meridian.Ban;

        /**
         * Encodes the specified Ban message. Does not implicitly {@link meridian.Ban.verify|verify} messages.
         * @param message Ban message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Ban.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Ban message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Ban & meridian.Ban.$Shape} Ban
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Ban & meridian.Ban.$Shape;

        /**
         * Gets the type url for Ban
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Ban {

        /** Properties of a Ban. */
        interface $Properties {

            /** Ban identity */
            identity?: (string|null);

            /** Ban untilWallMs */
            untilWallMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Ban. */
        type $Shape = meridian.Ban.$Properties;
    }

    /**
     * Properties of a RoomPolicy.
     * @deprecated Use meridian.RoomPolicy.$Properties instead.
     */
    interface IRoomPolicy extends meridian.RoomPolicy.$Properties {
    }

    /** Represents a RoomPolicy. */
    class RoomPolicy {

        /**
         * Constructs a new RoomPolicy.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomPolicy.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomPolicy version. */
        version: number;

        /** RoomPolicy lobby. */
        lobby: boolean;

        /** RoomPolicy locked. */
        locked: boolean;

        /** RoomPolicy capacity. */
        capacity: number;

        /** RoomPolicy emptyTimeoutMs. */
        emptyTimeoutMs: number;

        /** RoomPolicy members. */
        members: meridian.Member.$Properties[];

        /** RoomPolicy bans. */
        bans: meridian.Ban.$Properties[];

        /** RoomPolicy spotlight. */
        spotlight: string[];

        /** RoomPolicy endsWallMs. */
        endsWallMs: number;

        /** RoomPolicy hardEnd. */
        hardEnd: boolean;

        /** RoomPolicy opensWallMs. */
        opensWallMs: number;

        /** RoomPolicy needsHost. */
        needsHost: boolean;

        /** RoomPolicy metadata. */
        metadata: string;

        /**
         * Creates a new RoomPolicy instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomPolicy instance
         */
        static create(properties: meridian.RoomPolicy.$Shape): meridian.RoomPolicy & meridian.RoomPolicy.$Shape;
        static create(properties?: meridian.RoomPolicy.$Properties): meridian.RoomPolicy;

        /**
         * Encodes the specified RoomPolicy message. Does not implicitly {@link meridian.RoomPolicy.verify|verify} messages.
         * @param message RoomPolicy message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomPolicy.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomPolicy message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomPolicy & meridian.RoomPolicy.$Shape} RoomPolicy
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomPolicy & meridian.RoomPolicy.$Shape;

        /**
         * Gets the type url for RoomPolicy
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomPolicy {

        /** Properties of a RoomPolicy. */
        interface $Properties {

            /** RoomPolicy version */
            version?: (number|null);

            /** RoomPolicy lobby */
            lobby?: (boolean|null);

            /** RoomPolicy locked */
            locked?: (boolean|null);

            /** RoomPolicy capacity */
            capacity?: (number|null);

            /** RoomPolicy emptyTimeoutMs */
            emptyTimeoutMs?: (number|null);

            /** RoomPolicy members */
            members?: (meridian.Member.$Properties[]|null);

            /** RoomPolicy bans */
            bans?: (meridian.Ban.$Properties[]|null);

            /** RoomPolicy spotlight */
            spotlight?: (string[]|null);

            /** RoomPolicy endsWallMs */
            endsWallMs?: (number|null);

            /** RoomPolicy hardEnd */
            hardEnd?: (boolean|null);

            /** RoomPolicy opensWallMs */
            opensWallMs?: (number|null);

            /** RoomPolicy needsHost */
            needsHost?: (boolean|null);

            /** RoomPolicy metadata */
            metadata?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomPolicy. */
        type $Shape = meridian.RoomPolicy.$Properties;
    }

    /**
     * Properties of a Principal.
     * @deprecated Use meridian.Principal.$Properties instead.
     */
    interface IPrincipal extends meridian.Principal.$Properties {
    }

    /** Represents a Principal. */
    class Principal {

        /**
         * Constructs a new Principal.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Principal.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Principal kind. */
        kind: string;

        /** Principal id. */
        id: string;

        /**
         * Creates a new Principal instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Principal instance
         */
        static create(properties: meridian.Principal.$Shape): meridian.Principal & meridian.Principal.$Shape;
        static create(properties?: meridian.Principal.$Properties): meridian.Principal;

        /**
         * Encodes the specified Principal message. Does not implicitly {@link meridian.Principal.verify|verify} messages.
         * @param message Principal message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Principal.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Principal message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Principal & meridian.Principal.$Shape} Principal
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Principal & meridian.Principal.$Shape;

        /**
         * Gets the type url for Principal
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Principal {

        /** Properties of a Principal. */
        interface $Properties {

            /** Principal kind */
            kind?: (string|null);

            /** Principal id */
            id?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Principal. */
        type $Shape = meridian.Principal.$Properties;
    }

    /**
     * Properties of an ApiKeysWanted.
     * @deprecated Use meridian.ApiKeysWanted.$Properties instead.
     */
    interface IApiKeysWanted extends meridian.ApiKeysWanted.$Properties {
    }

    /** Represents an ApiKeysWanted. */
    class ApiKeysWanted {

        /**
         * Constructs a new ApiKeysWanted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ApiKeysWanted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ApiKeysWanted keys. */
        keys: string[];

        /**
         * Creates a new ApiKeysWanted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ApiKeysWanted instance
         */
        static create(properties: meridian.ApiKeysWanted.$Shape): meridian.ApiKeysWanted & meridian.ApiKeysWanted.$Shape;
        static create(properties?: meridian.ApiKeysWanted.$Properties): meridian.ApiKeysWanted;

        /**
         * Encodes the specified ApiKeysWanted message. Does not implicitly {@link meridian.ApiKeysWanted.verify|verify} messages.
         * @param message ApiKeysWanted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ApiKeysWanted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ApiKeysWanted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ApiKeysWanted & meridian.ApiKeysWanted.$Shape} ApiKeysWanted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ApiKeysWanted & meridian.ApiKeysWanted.$Shape;

        /**
         * Gets the type url for ApiKeysWanted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ApiKeysWanted {

        /** Properties of an ApiKeysWanted. */
        interface $Properties {

            /** ApiKeysWanted keys */
            keys?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ApiKeysWanted. */
        type $Shape = meridian.ApiKeysWanted.$Properties;
    }

    /**
     * Properties of a TenantLimits.
     * @deprecated Use meridian.TenantLimits.$Properties instead.
     */
    interface ITenantLimits extends meridian.TenantLimits.$Properties {
    }

    /** Represents a TenantLimits. */
    class TenantLimits {

        /**
         * Constructs a new TenantLimits.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.TenantLimits.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TenantLimits seats. */
        seats: number;

        /** TenantLimits rooms. */
        rooms: number;

        /** TenantLimits publishBps. */
        publishBps: number;

        /**
         * Creates a new TenantLimits instance using the specified properties.
         * @param [properties] Properties to set
         * @returns TenantLimits instance
         */
        static create(properties: meridian.TenantLimits.$Shape): meridian.TenantLimits & meridian.TenantLimits.$Shape;
        static create(properties?: meridian.TenantLimits.$Properties): meridian.TenantLimits;

        /**
         * Encodes the specified TenantLimits message. Does not implicitly {@link meridian.TenantLimits.verify|verify} messages.
         * @param message TenantLimits message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.TenantLimits.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TenantLimits message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.TenantLimits & meridian.TenantLimits.$Shape} TenantLimits
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.TenantLimits & meridian.TenantLimits.$Shape;

        /**
         * Gets the type url for TenantLimits
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace TenantLimits {

        /** Properties of a TenantLimits. */
        interface $Properties {

            /** TenantLimits seats */
            seats?: (number|null);

            /** TenantLimits rooms */
            rooms?: (number|null);

            /** TenantLimits publishBps */
            publishBps?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TenantLimits. */
        type $Shape = meridian.TenantLimits.$Properties;
    }

    /**
     * Properties of an ApiKeyInfo.
     * @deprecated Use meridian.ApiKeyInfo.$Properties instead.
     */
    interface IApiKeyInfo extends meridian.ApiKeyInfo.$Properties {
    }

    /** Represents an ApiKeyInfo. */
    class ApiKeyInfo {

        /**
         * Constructs a new ApiKeyInfo.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ApiKeyInfo.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ApiKeyInfo key. */
        key: string;

        /** ApiKeyInfo secret. */
        secret: string;

        /** ApiKeyInfo tenant. */
        tenant: string;

        /** ApiKeyInfo regions. */
        regions: string[];

        /** ApiKeyInfo limits. */
        limits?: (meridian.TenantLimits.$Properties|null);

        /**
         * Creates a new ApiKeyInfo instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ApiKeyInfo instance
         */
        static create(properties: meridian.ApiKeyInfo.$Shape): meridian.ApiKeyInfo & meridian.ApiKeyInfo.$Shape;
        static create(properties?: meridian.ApiKeyInfo.$Properties): meridian.ApiKeyInfo;

        /**
         * Encodes the specified ApiKeyInfo message. Does not implicitly {@link meridian.ApiKeyInfo.verify|verify} messages.
         * @param message ApiKeyInfo message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ApiKeyInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ApiKeyInfo message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ApiKeyInfo & meridian.ApiKeyInfo.$Shape} ApiKeyInfo
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ApiKeyInfo & meridian.ApiKeyInfo.$Shape;

        /**
         * Gets the type url for ApiKeyInfo
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ApiKeyInfo {

        /** Properties of an ApiKeyInfo. */
        interface $Properties {

            /** ApiKeyInfo key */
            key?: (string|null);

            /** ApiKeyInfo secret */
            secret?: (string|null);

            /** ApiKeyInfo tenant */
            tenant?: (string|null);

            /** ApiKeyInfo regions */
            regions?: (string[]|null);

            /** ApiKeyInfo limits */
            limits?: (meridian.TenantLimits.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ApiKeyInfo. */
        type $Shape = meridian.ApiKeyInfo.$Properties;
    }

    /**
     * Properties of an ApiKeys.
     * @deprecated Use meridian.ApiKeys.$Properties instead.
     */
    interface IApiKeys extends meridian.ApiKeys.$Properties {
    }

    /** Represents an ApiKeys. */
    class ApiKeys {

        /**
         * Constructs a new ApiKeys.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.ApiKeys.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ApiKeys keys. */
        keys: meridian.ApiKeyInfo.$Properties[];

        /**
         * Creates a new ApiKeys instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ApiKeys instance
         */
        static create(properties: meridian.ApiKeys.$Shape): meridian.ApiKeys & meridian.ApiKeys.$Shape;
        static create(properties?: meridian.ApiKeys.$Properties): meridian.ApiKeys;

        /**
         * Encodes the specified ApiKeys message. Does not implicitly {@link meridian.ApiKeys.verify|verify} messages.
         * @param message ApiKeys message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.ApiKeys.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ApiKeys message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.ApiKeys & meridian.ApiKeys.$Shape} ApiKeys
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.ApiKeys & meridian.ApiKeys.$Shape;

        /**
         * Gets the type url for ApiKeys
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace ApiKeys {

        /** Properties of an ApiKeys. */
        interface $Properties {

            /** ApiKeys keys */
            keys?: (meridian.ApiKeyInfo.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an ApiKeys. */
        type $Shape = meridian.ApiKeys.$Properties;
    }

    /**
     * Properties of a Revoked.
     * @deprecated Use meridian.Revoked.$Properties instead.
     */
    interface IRevoked extends meridian.Revoked.$Properties {
    }

    /** Represents a Revoked. */
    class Revoked {

        /**
         * Constructs a new Revoked.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Revoked.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Revoked tenant. */
        tenant: string;

        /** Revoked id. */
        id: string;

        /** Revoked untilWallMs. */
        untilWallMs: number;

        /** Revoked beforeWallMs. */
        beforeWallMs: number;

        /**
         * Creates a new Revoked instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Revoked instance
         */
        static create(properties: meridian.Revoked.$Shape): meridian.Revoked & meridian.Revoked.$Shape;
        static create(properties?: meridian.Revoked.$Properties): meridian.Revoked;

        /**
         * Encodes the specified Revoked message. Does not implicitly {@link meridian.Revoked.verify|verify} messages.
         * @param message Revoked message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Revoked.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Revoked message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Revoked & meridian.Revoked.$Shape} Revoked
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Revoked & meridian.Revoked.$Shape;

        /**
         * Gets the type url for Revoked
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Revoked {

        /** Properties of a Revoked. */
        interface $Properties {

            /** Revoked tenant */
            tenant?: (string|null);

            /** Revoked id */
            id?: (string|null);

            /** Revoked untilWallMs */
            untilWallMs?: (number|null);

            /** Revoked beforeWallMs */
            beforeWallMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Revoked. */
        type $Shape = meridian.Revoked.$Properties;
    }

    /**
     * Properties of a Revocations.
     * @deprecated Use meridian.Revocations.$Properties instead.
     */
    interface IRevocations extends meridian.Revocations.$Properties {
    }

    /** Represents a Revocations. */
    class Revocations {

        /**
         * Constructs a new Revocations.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Revocations.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Revocations version. */
        version: number;

        /** Revocations since. */
        since: number;

        /** Revocations revoked. */
        revoked: meridian.Revoked.$Properties[];

        /**
         * Creates a new Revocations instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Revocations instance
         */
        static create(properties: meridian.Revocations.$Shape): meridian.Revocations & meridian.Revocations.$Shape;
        static create(properties?: meridian.Revocations.$Properties): meridian.Revocations;

        /**
         * Encodes the specified Revocations message. Does not implicitly {@link meridian.Revocations.verify|verify} messages.
         * @param message Revocations message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Revocations.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Revocations message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Revocations & meridian.Revocations.$Shape} Revocations
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Revocations & meridian.Revocations.$Shape;

        /**
         * Gets the type url for Revocations
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Revocations {

        /** Properties of a Revocations. */
        interface $Properties {

            /** Revocations version */
            version?: (number|null);

            /** Revocations since */
            since?: (number|null);

            /** Revocations revoked */
            revoked?: (meridian.Revoked.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Revocations. */
        type $Shape = meridian.Revocations.$Properties;
    }

    /**
     * Properties of a RevocationsWanted.
     * @deprecated Use meridian.RevocationsWanted.$Properties instead.
     */
    interface IRevocationsWanted extends meridian.RevocationsWanted.$Properties {
    }

    /** Represents a RevocationsWanted. */
    class RevocationsWanted {

        /**
         * Constructs a new RevocationsWanted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RevocationsWanted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RevocationsWanted version. */
        version: number;

        /**
         * Creates a new RevocationsWanted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RevocationsWanted instance
         */
        static create(properties: meridian.RevocationsWanted.$Shape): meridian.RevocationsWanted & meridian.RevocationsWanted.$Shape;
        static create(properties?: meridian.RevocationsWanted.$Properties): meridian.RevocationsWanted;

        /**
         * Encodes the specified RevocationsWanted message. Does not implicitly {@link meridian.RevocationsWanted.verify|verify} messages.
         * @param message RevocationsWanted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RevocationsWanted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RevocationsWanted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RevocationsWanted & meridian.RevocationsWanted.$Shape} RevocationsWanted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RevocationsWanted & meridian.RevocationsWanted.$Shape;

        /**
         * Gets the type url for RevocationsWanted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RevocationsWanted {

        /** Properties of a RevocationsWanted. */
        interface $Properties {

            /** RevocationsWanted version */
            version?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RevocationsWanted. */
        type $Shape = meridian.RevocationsWanted.$Properties;
    }

    /**
     * Properties of a RoomPolicyWanted.
     * @deprecated Use meridian.RoomPolicyWanted.$Properties instead.
     */
    interface IRoomPolicyWanted extends meridian.RoomPolicyWanted.$Properties {
    }

    /** Represents a RoomPolicyWanted. */
    class RoomPolicyWanted {

        /**
         * Constructs a new RoomPolicyWanted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomPolicyWanted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomPolicyWanted roomKey. */
        roomKey: string;

        /**
         * Creates a new RoomPolicyWanted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomPolicyWanted instance
         */
        static create(properties: meridian.RoomPolicyWanted.$Shape): meridian.RoomPolicyWanted & meridian.RoomPolicyWanted.$Shape;
        static create(properties?: meridian.RoomPolicyWanted.$Properties): meridian.RoomPolicyWanted;

        /**
         * Encodes the specified RoomPolicyWanted message. Does not implicitly {@link meridian.RoomPolicyWanted.verify|verify} messages.
         * @param message RoomPolicyWanted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomPolicyWanted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomPolicyWanted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomPolicyWanted & meridian.RoomPolicyWanted.$Shape} RoomPolicyWanted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomPolicyWanted & meridian.RoomPolicyWanted.$Shape;

        /**
         * Gets the type url for RoomPolicyWanted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomPolicyWanted {

        /** Properties of a RoomPolicyWanted. */
        interface $Properties {

            /** RoomPolicyWanted roomKey */
            roomKey?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomPolicyWanted. */
        type $Shape = meridian.RoomPolicyWanted.$Properties;
    }

    /**
     * Properties of a RoomPolicyFound.
     * @deprecated Use meridian.RoomPolicyFound.$Properties instead.
     */
    interface IRoomPolicyFound extends meridian.RoomPolicyFound.$Properties {
    }

    /** Represents a RoomPolicyFound. */
    class RoomPolicyFound {

        /**
         * Constructs a new RoomPolicyFound.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomPolicyFound.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomPolicyFound policy. */
        policy?: (meridian.RoomPolicy.$Properties|null);

        /** RoomPolicyFound found. */
        found: boolean;

        /**
         * Creates a new RoomPolicyFound instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomPolicyFound instance
         */
        static create(properties: meridian.RoomPolicyFound.$Shape): meridian.RoomPolicyFound & meridian.RoomPolicyFound.$Shape;
        static create(properties?: meridian.RoomPolicyFound.$Properties): meridian.RoomPolicyFound;

        /**
         * Encodes the specified RoomPolicyFound message. Does not implicitly {@link meridian.RoomPolicyFound.verify|verify} messages.
         * @param message RoomPolicyFound message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomPolicyFound.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomPolicyFound message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomPolicyFound & meridian.RoomPolicyFound.$Shape} RoomPolicyFound
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomPolicyFound & meridian.RoomPolicyFound.$Shape;

        /**
         * Gets the type url for RoomPolicyFound
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomPolicyFound {

        /** Properties of a RoomPolicyFound. */
        interface $Properties {

            /** RoomPolicyFound policy */
            policy?: (meridian.RoomPolicy.$Properties|null);

            /** RoomPolicyFound found */
            found?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomPolicyFound. */
        type $Shape = meridian.RoomPolicyFound.$Properties;
    }

    /**
     * Properties of a PolicyChanged.
     * @deprecated Use meridian.PolicyChanged.$Properties instead.
     */
    interface IPolicyChanged extends meridian.PolicyChanged.$Properties {
    }

    /** Represents a PolicyChanged. */
    class PolicyChanged {

        /**
         * Constructs a new PolicyChanged.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PolicyChanged.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PolicyChanged roomKey. */
        roomKey: string;

        /** PolicyChanged policy. */
        policy?: (meridian.RoomPolicy.$Properties|null);

        /** PolicyChanged epoch. */
        epoch: number;

        /**
         * Creates a new PolicyChanged instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PolicyChanged instance
         */
        static create(properties: meridian.PolicyChanged.$Shape): meridian.PolicyChanged & meridian.PolicyChanged.$Shape;
        static create(properties?: meridian.PolicyChanged.$Properties): meridian.PolicyChanged;

        /**
         * Encodes the specified PolicyChanged message. Does not implicitly {@link meridian.PolicyChanged.verify|verify} messages.
         * @param message PolicyChanged message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PolicyChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PolicyChanged message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PolicyChanged & meridian.PolicyChanged.$Shape} PolicyChanged
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PolicyChanged & meridian.PolicyChanged.$Shape;

        /**
         * Gets the type url for PolicyChanged
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PolicyChanged {

        /** Properties of a PolicyChanged. */
        interface $Properties {

            /** PolicyChanged roomKey */
            roomKey?: (string|null);

            /** PolicyChanged policy */
            policy?: (meridian.RoomPolicy.$Properties|null);

            /** PolicyChanged epoch */
            epoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PolicyChanged. */
        type $Shape = meridian.PolicyChanged.$Properties;
    }

    /**
     * Properties of a RoomCommand.
     * @deprecated Use meridian.RoomCommand.$Properties instead.
     */
    interface IRoomCommand extends meridian.RoomCommand.$Properties {
    }

    /** Represents a RoomCommand. */
    class RoomCommand {

        /**
         * Constructs a new RoomCommand.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomCommand.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomCommand roomKey. */
        roomKey: string;

        /** RoomCommand commandId. */
        commandId: string;

        /** RoomCommand principal. */
        principal?: (meridian.Principal.$Properties|null);

        /** RoomCommand act. */
        act?: (meridian.RoomAct.$Properties|null);

        /**
         * Creates a new RoomCommand instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomCommand instance
         */
        static create(properties: meridian.RoomCommand.$Shape): meridian.RoomCommand & meridian.RoomCommand.$Shape;
        static create(properties?: meridian.RoomCommand.$Properties): meridian.RoomCommand;

        /**
         * Encodes the specified RoomCommand message. Does not implicitly {@link meridian.RoomCommand.verify|verify} messages.
         * @param message RoomCommand message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomCommand.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomCommand message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomCommand & meridian.RoomCommand.$Shape} RoomCommand
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomCommand & meridian.RoomCommand.$Shape;

        /**
         * Gets the type url for RoomCommand
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomCommand {

        /** Properties of a RoomCommand. */
        interface $Properties {

            /** RoomCommand roomKey */
            roomKey?: (string|null);

            /** RoomCommand commandId */
            commandId?: (string|null);

            /** RoomCommand principal */
            principal?: (meridian.Principal.$Properties|null);

            /** RoomCommand act */
            act?: (meridian.RoomAct.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomCommand. */
        type $Shape = {
          roomKey?: string|null;
          commandId?: string|null;
          principal?: meridian.Principal.$Shape|null;
          act?: meridian.RoomAct.$Shape|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a RoomCommandDone.
     * @deprecated Use meridian.RoomCommandDone.$Properties instead.
     */
    interface IRoomCommandDone extends meridian.RoomCommandDone.$Properties {
    }

    /** Represents a RoomCommandDone. */
    class RoomCommandDone {

        /**
         * Constructs a new RoomCommandDone.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomCommandDone.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomCommandDone info. */
        info?: (meridian.RoomInfo.$Properties|null);

        /** RoomCommandDone policy. */
        policy?: (meridian.RoomPolicy.$Properties|null);

        /** RoomCommandDone participant. */
        participant?: (meridian.ParticipantInfo.$Properties|null);

        /** RoomCommandDone affected. */
        affected: number;

        /**
         * Creates a new RoomCommandDone instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomCommandDone instance
         */
        static create(properties: meridian.RoomCommandDone.$Shape): meridian.RoomCommandDone & meridian.RoomCommandDone.$Shape;
        static create(properties?: meridian.RoomCommandDone.$Properties): meridian.RoomCommandDone;

        /**
         * Encodes the specified RoomCommandDone message. Does not implicitly {@link meridian.RoomCommandDone.verify|verify} messages.
         * @param message RoomCommandDone message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomCommandDone.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomCommandDone message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomCommandDone & meridian.RoomCommandDone.$Shape} RoomCommandDone
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomCommandDone & meridian.RoomCommandDone.$Shape;

        /**
         * Gets the type url for RoomCommandDone
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomCommandDone {

        /** Properties of a RoomCommandDone. */
        interface $Properties {

            /** RoomCommandDone info */
            info?: (meridian.RoomInfo.$Properties|null);

            /** RoomCommandDone policy */
            policy?: (meridian.RoomPolicy.$Properties|null);

            /** RoomCommandDone participant */
            participant?: (meridian.ParticipantInfo.$Properties|null);

            /** RoomCommandDone affected */
            affected?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomCommandDone. */
        type $Shape = meridian.RoomCommandDone.$Properties;
    }

    /**
     * Properties of a RoomViewWanted.
     * @deprecated Use meridian.RoomViewWanted.$Properties instead.
     */
    interface IRoomViewWanted extends meridian.RoomViewWanted.$Properties {
    }

    /** Represents a RoomViewWanted. */
    class RoomViewWanted {

        /**
         * Constructs a new RoomViewWanted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomViewWanted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomViewWanted roomKey. */
        roomKey: string;

        /**
         * Creates a new RoomViewWanted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomViewWanted instance
         */
        static create(properties: meridian.RoomViewWanted.$Shape): meridian.RoomViewWanted & meridian.RoomViewWanted.$Shape;
        static create(properties?: meridian.RoomViewWanted.$Properties): meridian.RoomViewWanted;

        /**
         * Encodes the specified RoomViewWanted message. Does not implicitly {@link meridian.RoomViewWanted.verify|verify} messages.
         * @param message RoomViewWanted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomViewWanted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomViewWanted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomViewWanted & meridian.RoomViewWanted.$Shape} RoomViewWanted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomViewWanted & meridian.RoomViewWanted.$Shape;

        /**
         * Gets the type url for RoomViewWanted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomViewWanted {

        /** Properties of a RoomViewWanted. */
        interface $Properties {

            /** RoomViewWanted roomKey */
            roomKey?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomViewWanted. */
        type $Shape = meridian.RoomViewWanted.$Properties;
    }

    /**
     * Properties of a RoomView.
     * @deprecated Use meridian.RoomView.$Properties instead.
     */
    interface IRoomView extends meridian.RoomView.$Properties {
    }

    /** Represents a RoomView. */
    class RoomView {

        /**
         * Constructs a new RoomView.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomView.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomView roster. */
        roster?: (meridian.RosterSnapshot.$Properties|null);

        /** RoomView policy. */
        policy?: (meridian.RoomPolicy.$Properties|null);

        /** RoomView lobby. */
        lobby?: (meridian.Lobby.$Properties|null);

        /** RoomView viewers. */
        viewers?: (meridian.RoomViewers.$Properties|null);

        /**
         * Creates a new RoomView instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomView instance
         */
        static create(properties: meridian.RoomView.$Shape): meridian.RoomView & meridian.RoomView.$Shape;
        static create(properties?: meridian.RoomView.$Properties): meridian.RoomView;

        /**
         * Encodes the specified RoomView message. Does not implicitly {@link meridian.RoomView.verify|verify} messages.
         * @param message RoomView message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomView.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomView message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomView & meridian.RoomView.$Shape} RoomView
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomView & meridian.RoomView.$Shape;

        /**
         * Gets the type url for RoomView
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomView {

        /** Properties of a RoomView. */
        interface $Properties {

            /** RoomView roster */
            roster?: (meridian.RosterSnapshot.$Properties|null);

            /** RoomView policy */
            policy?: (meridian.RoomPolicy.$Properties|null);

            /** RoomView lobby */
            lobby?: (meridian.Lobby.$Properties|null);

            /** RoomView viewers */
            viewers?: (meridian.RoomViewers.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomView. */
        type $Shape = meridian.RoomView.$Properties;
    }

    /**
     * Properties of a RoomsWanted.
     * @deprecated Use meridian.RoomsWanted.$Properties instead.
     */
    interface IRoomsWanted extends meridian.RoomsWanted.$Properties {
    }

    /** Represents a RoomsWanted. */
    class RoomsWanted {

        /**
         * Constructs a new RoomsWanted.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomsWanted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomsWanted tenant. */
        tenant: string;

        /** RoomsWanted names. */
        names: string[];

        /**
         * Creates a new RoomsWanted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomsWanted instance
         */
        static create(properties: meridian.RoomsWanted.$Shape): meridian.RoomsWanted & meridian.RoomsWanted.$Shape;
        static create(properties?: meridian.RoomsWanted.$Properties): meridian.RoomsWanted;

        /**
         * Encodes the specified RoomsWanted message. Does not implicitly {@link meridian.RoomsWanted.verify|verify} messages.
         * @param message RoomsWanted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomsWanted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomsWanted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomsWanted & meridian.RoomsWanted.$Shape} RoomsWanted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomsWanted & meridian.RoomsWanted.$Shape;

        /**
         * Gets the type url for RoomsWanted
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomsWanted {

        /** Properties of a RoomsWanted. */
        interface $Properties {

            /** RoomsWanted tenant */
            tenant?: (string|null);

            /** RoomsWanted names */
            names?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomsWanted. */
        type $Shape = meridian.RoomsWanted.$Properties;
    }

    /**
     * Properties of a RoomSummary.
     * @deprecated Use meridian.RoomSummary.$Properties instead.
     */
    interface IRoomSummary extends meridian.RoomSummary.$Properties {
    }

    /** Represents a RoomSummary. */
    class RoomSummary {

        /**
         * Constructs a new RoomSummary.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomSummary.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomSummary roomKey. */
        roomKey: string;

        /** RoomSummary info. */
        info?: (meridian.RoomInfo.$Properties|null);

        /** RoomSummary participants. */
        participants: number;

        /** RoomSummary publishers. */
        publishers: number;

        /** RoomSummary epoch. */
        epoch: number;

        /** RoomSummary waiting. */
        waiting: number;

        /**
         * Creates a new RoomSummary instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomSummary instance
         */
        static create(properties: meridian.RoomSummary.$Shape): meridian.RoomSummary & meridian.RoomSummary.$Shape;
        static create(properties?: meridian.RoomSummary.$Properties): meridian.RoomSummary;

        /**
         * Encodes the specified RoomSummary message. Does not implicitly {@link meridian.RoomSummary.verify|verify} messages.
         * @param message RoomSummary message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomSummary.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomSummary message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomSummary & meridian.RoomSummary.$Shape} RoomSummary
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomSummary & meridian.RoomSummary.$Shape;

        /**
         * Gets the type url for RoomSummary
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomSummary {

        /** Properties of a RoomSummary. */
        interface $Properties {

            /** RoomSummary roomKey */
            roomKey?: (string|null);

            /** RoomSummary info */
            info?: (meridian.RoomInfo.$Properties|null);

            /** RoomSummary participants */
            participants?: (number|null);

            /** RoomSummary publishers */
            publishers?: (number|null);

            /** RoomSummary epoch */
            epoch?: (number|null);

            /** RoomSummary waiting */
            waiting?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomSummary. */
        type $Shape = meridian.RoomSummary.$Properties;
    }

    /**
     * Properties of a RoomsOwned.
     * @deprecated Use meridian.RoomsOwned.$Properties instead.
     */
    interface IRoomsOwned extends meridian.RoomsOwned.$Properties {
    }

    /** Represents a RoomsOwned. */
    class RoomsOwned {

        /**
         * Constructs a new RoomsOwned.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomsOwned.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomsOwned rooms. */
        rooms: meridian.RoomSummary.$Properties[];

        /**
         * Creates a new RoomsOwned instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomsOwned instance
         */
        static create(properties: meridian.RoomsOwned.$Shape): meridian.RoomsOwned & meridian.RoomsOwned.$Shape;
        static create(properties?: meridian.RoomsOwned.$Properties): meridian.RoomsOwned;

        /**
         * Encodes the specified RoomsOwned message. Does not implicitly {@link meridian.RoomsOwned.verify|verify} messages.
         * @param message RoomsOwned message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomsOwned.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomsOwned message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomsOwned & meridian.RoomsOwned.$Shape} RoomsOwned
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomsOwned & meridian.RoomsOwned.$Shape;

        /**
         * Gets the type url for RoomsOwned
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomsOwned {

        /** Properties of a RoomsOwned. */
        interface $Properties {

            /** RoomsOwned rooms */
            rooms?: (meridian.RoomSummary.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomsOwned. */
        type $Shape = meridian.RoomsOwned.$Properties;
    }

    /**
     * Properties of a RoomWatch.
     * @deprecated Use meridian.RoomWatch.$Properties instead.
     */
    interface IRoomWatch extends meridian.RoomWatch.$Properties {
    }

    /** Represents a RoomWatch. */
    class RoomWatch {

        /**
         * Constructs a new RoomWatch.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.RoomWatch.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RoomWatch roomKey. */
        roomKey: string;

        /** RoomWatch on. */
        on: boolean;

        /**
         * Creates a new RoomWatch instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RoomWatch instance
         */
        static create(properties: meridian.RoomWatch.$Shape): meridian.RoomWatch & meridian.RoomWatch.$Shape;
        static create(properties?: meridian.RoomWatch.$Properties): meridian.RoomWatch;

        /**
         * Encodes the specified RoomWatch message. Does not implicitly {@link meridian.RoomWatch.verify|verify} messages.
         * @param message RoomWatch message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.RoomWatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RoomWatch message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.RoomWatch & meridian.RoomWatch.$Shape} RoomWatch
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.RoomWatch & meridian.RoomWatch.$Shape;

        /**
         * Gets the type url for RoomWatch
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace RoomWatch {

        /** Properties of a RoomWatch. */
        interface $Properties {

            /** RoomWatch roomKey */
            roomKey?: (string|null);

            /** RoomWatch on */
            on?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RoomWatch. */
        type $Shape = meridian.RoomWatch.$Properties;
    }

    /**
     * Properties of a WatchEvents.
     * @deprecated Use meridian.WatchEvents.$Properties instead.
     */
    interface IWatchEvents extends meridian.WatchEvents.$Properties {
    }

    /** Represents a WatchEvents. */
    class WatchEvents {

        /**
         * Constructs a new WatchEvents.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.WatchEvents.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** WatchEvents roomKey. */
        roomKey: string;

        /** WatchEvents epoch. */
        epoch: number;

        /** WatchEvents events. */
        events: meridian.RoomEvent.$Properties[];

        /** WatchEvents over. */
        over: boolean;

        /**
         * Creates a new WatchEvents instance using the specified properties.
         * @param [properties] Properties to set
         * @returns WatchEvents instance
         */
        static create(properties: meridian.WatchEvents.$Shape): meridian.WatchEvents & meridian.WatchEvents.$Shape;
        static create(properties?: meridian.WatchEvents.$Properties): meridian.WatchEvents;

        /**
         * Encodes the specified WatchEvents message. Does not implicitly {@link meridian.WatchEvents.verify|verify} messages.
         * @param message WatchEvents message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.WatchEvents.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a WatchEvents message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.WatchEvents & meridian.WatchEvents.$Shape} WatchEvents
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.WatchEvents & meridian.WatchEvents.$Shape;

        /**
         * Gets the type url for WatchEvents
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace WatchEvents {

        /** Properties of a WatchEvents. */
        interface $Properties {

            /** WatchEvents roomKey */
            roomKey?: (string|null);

            /** WatchEvents epoch */
            epoch?: (number|null);

            /** WatchEvents events */
            events?: (meridian.RoomEvent.$Properties[]|null);

            /** WatchEvents over */
            over?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a WatchEvents. */
        type $Shape = {
          roomKey?: string|null;
          epoch?: number|null;
          events?: meridian.RoomEvent.$Shape[]|null;
          over?: boolean|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a JournalRoster.
     * @deprecated Use meridian.JournalRoster.$Properties instead.
     */
    interface IJournalRoster extends meridian.JournalRoster.$Properties {
    }

    /** Represents a JournalRoster. */
    class JournalRoster {

        /**
         * Constructs a new JournalRoster.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.JournalRoster.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** JournalRoster participants. */
        participants: meridian.ParticipantInfo.$Properties[];

        /**
         * Creates a new JournalRoster instance using the specified properties.
         * @param [properties] Properties to set
         * @returns JournalRoster instance
         */
        static create(properties: meridian.JournalRoster.$Shape): meridian.JournalRoster & meridian.JournalRoster.$Shape;
        static create(properties?: meridian.JournalRoster.$Properties): meridian.JournalRoster;

        /**
         * Encodes the specified JournalRoster message. Does not implicitly {@link meridian.JournalRoster.verify|verify} messages.
         * @param message JournalRoster message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.JournalRoster.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a JournalRoster message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.JournalRoster & meridian.JournalRoster.$Shape} JournalRoster
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.JournalRoster & meridian.JournalRoster.$Shape;

        /**
         * Gets the type url for JournalRoster
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace JournalRoster {

        /** Properties of a JournalRoster. */
        interface $Properties {

            /** JournalRoster participants */
            participants?: (meridian.ParticipantInfo.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a JournalRoster. */
        type $Shape = meridian.JournalRoster.$Properties;
    }

    /**
     * Properties of a JournalOver.
     * @deprecated Use meridian.JournalOver.$Properties instead.
     */
    interface IJournalOver extends meridian.JournalOver.$Properties {
    }

    /** Represents a JournalOver. */
    class JournalOver {

        /**
         * Constructs a new JournalOver.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.JournalOver.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** JournalOver reason. */
        reason: string;

        /**
         * Creates a new JournalOver instance using the specified properties.
         * @param [properties] Properties to set
         * @returns JournalOver instance
         */
        static create(properties: meridian.JournalOver.$Shape): meridian.JournalOver & meridian.JournalOver.$Shape;
        static create(properties?: meridian.JournalOver.$Properties): meridian.JournalOver;

        /**
         * Encodes the specified JournalOver message. Does not implicitly {@link meridian.JournalOver.verify|verify} messages.
         * @param message JournalOver message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.JournalOver.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a JournalOver message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.JournalOver & meridian.JournalOver.$Shape} JournalOver
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.JournalOver & meridian.JournalOver.$Shape;

        /**
         * Gets the type url for JournalOver
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace JournalOver {

        /** Properties of a JournalOver. */
        interface $Properties {

            /** JournalOver reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a JournalOver. */
        type $Shape = meridian.JournalOver.$Properties;
    }

    /**
     * Properties of a JournalEntry.
     * @deprecated Use meridian.JournalEntry.$Properties instead.
     */
    interface IJournalEntry extends meridian.JournalEntry.$Properties {
    }

    /** Represents a JournalEntry. */
    class JournalEntry {

        /**
         * Constructs a new JournalEntry.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.JournalEntry.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** JournalEntry seq. */
        seq: number;

        /** JournalEntry wallMs. */
        wallMs: number;

        /** JournalEntry opened. */
        opened?: (meridian.JournalRoster.$Properties|null);

        /** JournalEntry takenOver. */
        takenOver?: (meridian.JournalRoster.$Properties|null);

        /** JournalEntry joined. */
        joined?: (meridian.ParticipantJoined.$Properties|null);

        /** JournalEntry left. */
        left?: (meridian.ParticipantLeft.$Properties|null);

        /** JournalEntry published. */
        published?: (meridian.TrackPublished.$Properties|null);

        /** JournalEntry unpublished. */
        unpublished?: (meridian.TrackUnpublished.$Properties|null);

        /** JournalEntry changed. */
        changed?: (meridian.RoomInfo.$Properties|null);

        /** JournalEntry over. */
        over?: (meridian.JournalOver.$Properties|null);

        /** JournalEntry participant. */
        participant?: (meridian.ParticipantInfo.$Properties|null);

        /** JournalEntry track. */
        track?: (meridian.TrackInfo.$Properties|null);

        /** JournalEntry body. */
        body?: ("opened"|"takenOver"|"joined"|"left"|"published"|"unpublished"|"changed"|"over");

        /**
         * Creates a new JournalEntry instance using the specified properties.
         * @param [properties] Properties to set
         * @returns JournalEntry instance
         */
        static create(properties: meridian.JournalEntry.$Shape): meridian.JournalEntry & meridian.JournalEntry.$Shape;
        static create(properties?: meridian.JournalEntry.$Properties): meridian.JournalEntry;

        /**
         * Encodes the specified JournalEntry message. Does not implicitly {@link meridian.JournalEntry.verify|verify} messages.
         * @param message JournalEntry message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.JournalEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a JournalEntry message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.JournalEntry & meridian.JournalEntry.$Shape} JournalEntry
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.JournalEntry & meridian.JournalEntry.$Shape;

        /**
         * Gets the type url for JournalEntry
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace JournalEntry {

        /** Properties of a JournalEntry. */
        interface $Properties {

            /** JournalEntry seq */
            seq?: (number|null);

            /** JournalEntry wallMs */
            wallMs?: (number|null);

            /** JournalEntry opened */
            opened?: (meridian.JournalRoster.$Properties|null);

            /** JournalEntry takenOver */
            takenOver?: (meridian.JournalRoster.$Properties|null);

            /** JournalEntry joined */
            joined?: (meridian.ParticipantJoined.$Properties|null);

            /** JournalEntry left */
            left?: (meridian.ParticipantLeft.$Properties|null);

            /** JournalEntry published */
            published?: (meridian.TrackPublished.$Properties|null);

            /** JournalEntry unpublished */
            unpublished?: (meridian.TrackUnpublished.$Properties|null);

            /** JournalEntry changed */
            changed?: (meridian.RoomInfo.$Properties|null);

            /** JournalEntry over */
            over?: (meridian.JournalOver.$Properties|null);

            /** JournalEntry participant */
            participant?: (meridian.ParticipantInfo.$Properties|null);

            /** JournalEntry track */
            track?: (meridian.TrackInfo.$Properties|null);

            /** JournalEntry body */
            body?: ("opened"|"takenOver"|"joined"|"left"|"published"|"unpublished"|"changed"|"over");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a JournalEntry. */
        type $Shape = {
          seq?: number|null;
          wallMs?: number|null;
          opened?: meridian.JournalRoster.$Shape|null;
          takenOver?: meridian.JournalRoster.$Shape|null;
          joined?: meridian.ParticipantJoined.$Shape|null;
          left?: meridian.ParticipantLeft.$Shape|null;
          published?: meridian.TrackPublished.$Shape|null;
          unpublished?: meridian.TrackUnpublished.$Shape|null;
          changed?: meridian.RoomInfo.$Shape|null;
          over?: meridian.JournalOver.$Shape|null;
          participant?: meridian.ParticipantInfo.$Shape|null;
          track?: meridian.TrackInfo.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ body?: undefined; opened?: null; takenOver?: null; joined?: null; left?: null; published?: null; unpublished?: null; changed?: null; over?: null }|{ body?: "opened"; opened: meridian.JournalRoster.$Shape; takenOver?: null; joined?: null; left?: null; published?: null; unpublished?: null; changed?: null; over?: null }|{ body?: "takenOver"; opened?: null; takenOver: meridian.JournalRoster.$Shape; joined?: null; left?: null; published?: null; unpublished?: null; changed?: null; over?: null }|{ body?: "joined"; opened?: null; takenOver?: null; joined: meridian.ParticipantJoined.$Shape; left?: null; published?: null; unpublished?: null; changed?: null; over?: null }|{ body?: "left"; opened?: null; takenOver?: null; joined?: null; left: meridian.ParticipantLeft.$Shape; published?: null; unpublished?: null; changed?: null; over?: null }|{ body?: "published"; opened?: null; takenOver?: null; joined?: null; left?: null; published: meridian.TrackPublished.$Shape; unpublished?: null; changed?: null; over?: null }|{ body?: "unpublished"; opened?: null; takenOver?: null; joined?: null; left?: null; published?: null; unpublished: meridian.TrackUnpublished.$Shape; changed?: null; over?: null }|{ body?: "changed"; opened?: null; takenOver?: null; joined?: null; left?: null; published?: null; unpublished?: null; changed: meridian.RoomInfo.$Shape; over?: null }|{ body?: "over"; opened?: null; takenOver?: null; joined?: null; left?: null; published?: null; unpublished?: null; changed?: null; over: meridian.JournalOver.$Shape })
        );
    }

    /**
     * Properties of a Journal.
     * @deprecated Use meridian.Journal.$Properties instead.
     */
    interface IJournal extends meridian.Journal.$Properties {
    }

    /** Represents a Journal. */
    class Journal {

        /**
         * Constructs a new Journal.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Journal.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Journal roomKey. */
        roomKey: string;

        /** Journal sid. */
        sid: string;

        /** Journal epoch. */
        epoch: number;

        /** Journal createdWallMs. */
        createdWallMs: number;

        /** Journal lost. */
        lost: number;

        /** Journal entries. */
        entries: meridian.JournalEntry.$Properties[];

        /**
         * Creates a new Journal instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Journal instance
         */
        static create(properties: meridian.Journal.$Shape): meridian.Journal & meridian.Journal.$Shape;
        static create(properties?: meridian.Journal.$Properties): meridian.Journal;

        /**
         * Encodes the specified Journal message. Does not implicitly {@link meridian.Journal.verify|verify} messages.
         * @param message Journal message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Journal.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Journal message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Journal & meridian.Journal.$Shape} Journal
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Journal & meridian.Journal.$Shape;

        /**
         * Gets the type url for Journal
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Journal {

        /** Properties of a Journal. */
        interface $Properties {

            /** Journal roomKey */
            roomKey?: (string|null);

            /** Journal sid */
            sid?: (string|null);

            /** Journal epoch */
            epoch?: (number|null);

            /** Journal createdWallMs */
            createdWallMs?: (number|null);

            /** Journal lost */
            lost?: (number|null);

            /** Journal entries */
            entries?: (meridian.JournalEntry.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Journal. */
        type $Shape = {
          roomKey?: string|null;
          sid?: string|null;
          epoch?: number|null;
          createdWallMs?: number|null;
          lost?: number|null;
          entries?: meridian.JournalEntry.$Shape[]|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a JournalTaken.
     * @deprecated Use meridian.JournalTaken.$Properties instead.
     */
    interface IJournalTaken extends meridian.JournalTaken.$Properties {
    }

    /** Represents a JournalTaken. */
    class JournalTaken {

        /**
         * Constructs a new JournalTaken.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.JournalTaken.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** JournalTaken seq. */
        seq: number;

        /**
         * Creates a new JournalTaken instance using the specified properties.
         * @param [properties] Properties to set
         * @returns JournalTaken instance
         */
        static create(properties: meridian.JournalTaken.$Shape): meridian.JournalTaken & meridian.JournalTaken.$Shape;
        static create(properties?: meridian.JournalTaken.$Properties): meridian.JournalTaken;

        /**
         * Encodes the specified JournalTaken message. Does not implicitly {@link meridian.JournalTaken.verify|verify} messages.
         * @param message JournalTaken message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.JournalTaken.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a JournalTaken message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.JournalTaken & meridian.JournalTaken.$Shape} JournalTaken
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.JournalTaken & meridian.JournalTaken.$Shape;

        /**
         * Gets the type url for JournalTaken
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace JournalTaken {

        /** Properties of a JournalTaken. */
        interface $Properties {

            /** JournalTaken seq */
            seq?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a JournalTaken. */
        type $Shape = meridian.JournalTaken.$Properties;
    }

    /**
     * Properties of a SessionOpen.
     * @deprecated Use meridian.SessionOpen.$Properties instead.
     */
    interface ISessionOpen extends meridian.SessionOpen.$Properties {
    }

    /** Represents a SessionOpen. */
    class SessionOpen {

        /**
         * Constructs a new SessionOpen.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SessionOpen.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SessionOpen stream. */
        stream: number;

        /** SessionOpen clientIp. */
        clientIp: string;

        /**
         * Creates a new SessionOpen instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SessionOpen instance
         */
        static create(properties: meridian.SessionOpen.$Shape): meridian.SessionOpen & meridian.SessionOpen.$Shape;
        static create(properties?: meridian.SessionOpen.$Properties): meridian.SessionOpen;

        /**
         * Encodes the specified SessionOpen message. Does not implicitly {@link meridian.SessionOpen.verify|verify} messages.
         * @param message SessionOpen message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SessionOpen.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SessionOpen message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SessionOpen & meridian.SessionOpen.$Shape} SessionOpen
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SessionOpen & meridian.SessionOpen.$Shape;

        /**
         * Gets the type url for SessionOpen
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SessionOpen {

        /** Properties of a SessionOpen. */
        interface $Properties {

            /** SessionOpen stream */
            stream?: (number|null);

            /** SessionOpen clientIp */
            clientIp?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SessionOpen. */
        type $Shape = meridian.SessionOpen.$Properties;
    }

    /**
     * Properties of a SessionFrame.
     * @deprecated Use meridian.SessionFrame.$Properties instead.
     */
    interface ISessionFrame extends meridian.SessionFrame.$Properties {
    }

    /** Represents a SessionFrame. */
    class SessionFrame {

        /**
         * Constructs a new SessionFrame.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SessionFrame.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SessionFrame stream. */
        stream: number;

        /** SessionFrame frame. */
        frame: Uint8Array;

        /**
         * Creates a new SessionFrame instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SessionFrame instance
         */
        static create(properties: meridian.SessionFrame.$Shape): meridian.SessionFrame & meridian.SessionFrame.$Shape;
        static create(properties?: meridian.SessionFrame.$Properties): meridian.SessionFrame;

        /**
         * Encodes the specified SessionFrame message. Does not implicitly {@link meridian.SessionFrame.verify|verify} messages.
         * @param message SessionFrame message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SessionFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SessionFrame message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SessionFrame & meridian.SessionFrame.$Shape} SessionFrame
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SessionFrame & meridian.SessionFrame.$Shape;

        /**
         * Gets the type url for SessionFrame
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SessionFrame {

        /** Properties of a SessionFrame. */
        interface $Properties {

            /** SessionFrame stream */
            stream?: (number|null);

            /** SessionFrame frame */
            frame?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SessionFrame. */
        type $Shape = meridian.SessionFrame.$Properties;
    }

    /**
     * Properties of a SessionFrames.
     * @deprecated Use meridian.SessionFrames.$Properties instead.
     */
    interface ISessionFrames extends meridian.SessionFrames.$Properties {
    }

    /** Represents a SessionFrames. */
    class SessionFrames {

        /**
         * Constructs a new SessionFrames.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SessionFrames.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SessionFrames streams. */
        streams: number[];

        /** SessionFrames frame. */
        frame: Uint8Array;

        /**
         * Creates a new SessionFrames instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SessionFrames instance
         */
        static create(properties: meridian.SessionFrames.$Shape): meridian.SessionFrames & meridian.SessionFrames.$Shape;
        static create(properties?: meridian.SessionFrames.$Properties): meridian.SessionFrames;

        /**
         * Encodes the specified SessionFrames message. Does not implicitly {@link meridian.SessionFrames.verify|verify} messages.
         * @param message SessionFrames message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SessionFrames.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SessionFrames message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SessionFrames & meridian.SessionFrames.$Shape} SessionFrames
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SessionFrames & meridian.SessionFrames.$Shape;

        /**
         * Gets the type url for SessionFrames
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SessionFrames {

        /** Properties of a SessionFrames. */
        interface $Properties {

            /** SessionFrames streams */
            streams?: (number[]|null);

            /** SessionFrames frame */
            frame?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SessionFrames. */
        type $Shape = meridian.SessionFrames.$Properties;
    }

    /**
     * Properties of a SessionTaken.
     * @deprecated Use meridian.SessionTaken.$Properties instead.
     */
    interface ISessionTaken extends meridian.SessionTaken.$Properties {
    }

    /** Represents a SessionTaken. */
    class SessionTaken {

        /**
         * Constructs a new SessionTaken.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SessionTaken.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SessionTaken stream. */
        stream: number;

        /** SessionTaken bytes. */
        bytes: number;

        /**
         * Creates a new SessionTaken instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SessionTaken instance
         */
        static create(properties: meridian.SessionTaken.$Shape): meridian.SessionTaken & meridian.SessionTaken.$Shape;
        static create(properties?: meridian.SessionTaken.$Properties): meridian.SessionTaken;

        /**
         * Encodes the specified SessionTaken message. Does not implicitly {@link meridian.SessionTaken.verify|verify} messages.
         * @param message SessionTaken message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SessionTaken.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SessionTaken message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SessionTaken & meridian.SessionTaken.$Shape} SessionTaken
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SessionTaken & meridian.SessionTaken.$Shape;

        /**
         * Gets the type url for SessionTaken
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SessionTaken {

        /** Properties of a SessionTaken. */
        interface $Properties {

            /** SessionTaken stream */
            stream?: (number|null);

            /** SessionTaken bytes */
            bytes?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SessionTaken. */
        type $Shape = meridian.SessionTaken.$Properties;
    }

    /**
     * Properties of a SessionClose.
     * @deprecated Use meridian.SessionClose.$Properties instead.
     */
    interface ISessionClose extends meridian.SessionClose.$Properties {
    }

    /** Represents a SessionClose. */
    class SessionClose {

        /**
         * Constructs a new SessionClose.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.SessionClose.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SessionClose stream. */
        stream: number;

        /** SessionClose code. */
        code: number;

        /** SessionClose reason. */
        reason: string;

        /**
         * Creates a new SessionClose instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SessionClose instance
         */
        static create(properties: meridian.SessionClose.$Shape): meridian.SessionClose & meridian.SessionClose.$Shape;
        static create(properties?: meridian.SessionClose.$Properties): meridian.SessionClose;

        /**
         * Encodes the specified SessionClose message. Does not implicitly {@link meridian.SessionClose.verify|verify} messages.
         * @param message SessionClose message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.SessionClose.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SessionClose message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.SessionClose & meridian.SessionClose.$Shape} SessionClose
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.SessionClose & meridian.SessionClose.$Shape;

        /**
         * Gets the type url for SessionClose
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace SessionClose {

        /** Properties of a SessionClose. */
        interface $Properties {

            /** SessionClose stream */
            stream?: (number|null);

            /** SessionClose code */
            code?: (number|null);

            /** SessionClose reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SessionClose. */
        type $Shape = meridian.SessionClose.$Properties;
    }

    /**
     * Properties of a PathEnd.
     * @deprecated Use meridian.PathEnd.$Properties instead.
     */
    interface IPathEnd extends meridian.PathEnd.$Properties {
    }

    /** Represents a PathEnd. */
    class PathEnd {

        /**
         * Constructs a new PathEnd.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PathEnd.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PathEnd ip. */
        ip: string;

        /** PathEnd port. */
        port: number;

        /** PathEnd key. */
        key: Uint8Array;

        /** PathEnd flow. */
        flow: number;

        /**
         * Creates a new PathEnd instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PathEnd instance
         */
        static create(properties: meridian.PathEnd.$Shape): meridian.PathEnd & meridian.PathEnd.$Shape;
        static create(properties?: meridian.PathEnd.$Properties): meridian.PathEnd;

        /**
         * Encodes the specified PathEnd message. Does not implicitly {@link meridian.PathEnd.verify|verify} messages.
         * @param message PathEnd message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PathEnd.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PathEnd message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PathEnd & meridian.PathEnd.$Shape} PathEnd
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PathEnd & meridian.PathEnd.$Shape;

        /**
         * Gets the type url for PathEnd
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PathEnd {

        /** Properties of a PathEnd. */
        interface $Properties {

            /** PathEnd ip */
            ip?: (string|null);

            /** PathEnd port */
            port?: (number|null);

            /** PathEnd key */
            key?: (Uint8Array|null);

            /** PathEnd flow */
            flow?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PathEnd. */
        type $Shape = meridian.PathEnd.$Properties;
    }

    /**
     * Properties of a PipeOpen.
     * @deprecated Use meridian.PipeOpen.$Properties instead.
     */
    interface IPipeOpen extends meridian.PipeOpen.$Properties {
    }

    /** Represents a PipeOpen. */
    class PipeOpen {

        /**
         * Constructs a new PipeOpen.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PipeOpen.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PipeOpen incarnation. */
        incarnation: string;

        /** PipeOpen ip. */
        ip: string;

        /** PipeOpen port. */
        port: number;

        /** PipeOpen srtp. */
        srtp?: (meridian.SrtpParameters.$Properties|null);

        /** PipeOpen routerVersion. */
        routerVersion: number;

        /** PipeOpen path. */
        path?: (meridian.PathEnd.$Properties|null);

        /** PipeOpen fence. */
        fence: string;

        /**
         * Creates a new PipeOpen instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PipeOpen instance
         */
        static create(properties: meridian.PipeOpen.$Shape): meridian.PipeOpen & meridian.PipeOpen.$Shape;
        static create(properties?: meridian.PipeOpen.$Properties): meridian.PipeOpen;

        /**
         * Encodes the specified PipeOpen message. Does not implicitly {@link meridian.PipeOpen.verify|verify} messages.
         * @param message PipeOpen message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PipeOpen.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PipeOpen message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PipeOpen & meridian.PipeOpen.$Shape} PipeOpen
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PipeOpen & meridian.PipeOpen.$Shape;

        /**
         * Gets the type url for PipeOpen
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PipeOpen {

        /** Properties of a PipeOpen. */
        interface $Properties {

            /** PipeOpen incarnation */
            incarnation?: (string|null);

            /** PipeOpen ip */
            ip?: (string|null);

            /** PipeOpen port */
            port?: (number|null);

            /** PipeOpen srtp */
            srtp?: (meridian.SrtpParameters.$Properties|null);

            /** PipeOpen routerVersion */
            routerVersion?: (number|null);

            /** PipeOpen path */
            path?: (meridian.PathEnd.$Properties|null);

            /** PipeOpen fence */
            fence?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PipeOpen. */
        type $Shape = meridian.PipeOpen.$Properties;
    }

    /**
     * Properties of a PipeOpened.
     * @deprecated Use meridian.PipeOpened.$Properties instead.
     */
    interface IPipeOpened extends meridian.PipeOpened.$Properties {
    }

    /** Represents a PipeOpened. */
    class PipeOpened {

        /**
         * Constructs a new PipeOpened.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.PipeOpened.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PipeOpened incarnation. */
        incarnation: string;

        /** PipeOpened ip. */
        ip: string;

        /** PipeOpened port. */
        port: number;

        /** PipeOpened srtp. */
        srtp?: (meridian.SrtpParameters.$Properties|null);

        /** PipeOpened path. */
        path?: (meridian.PathEnd.$Properties|null);

        /**
         * Creates a new PipeOpened instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PipeOpened instance
         */
        static create(properties: meridian.PipeOpened.$Shape): meridian.PipeOpened & meridian.PipeOpened.$Shape;
        static create(properties?: meridian.PipeOpened.$Properties): meridian.PipeOpened;

        /**
         * Encodes the specified PipeOpened message. Does not implicitly {@link meridian.PipeOpened.verify|verify} messages.
         * @param message PipeOpened message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.PipeOpened.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PipeOpened message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.PipeOpened & meridian.PipeOpened.$Shape} PipeOpened
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.PipeOpened & meridian.PipeOpened.$Shape;

        /**
         * Gets the type url for PipeOpened
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace PipeOpened {

        /** Properties of a PipeOpened. */
        interface $Properties {

            /** PipeOpened incarnation */
            incarnation?: (string|null);

            /** PipeOpened ip */
            ip?: (string|null);

            /** PipeOpened port */
            port?: (number|null);

            /** PipeOpened srtp */
            srtp?: (meridian.SrtpParameters.$Properties|null);

            /** PipeOpened path */
            path?: (meridian.PathEnd.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PipeOpened. */
        type $Shape = meridian.PipeOpened.$Properties;
    }

    /**
     * Properties of a Pull.
     * @deprecated Use meridian.Pull.$Properties instead.
     */
    interface IPull extends meridian.Pull.$Properties {
    }

    /** Represents a Pull. */
    class Pull {

        /**
         * Constructs a new Pull.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Pull.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Pull roomKey. */
        roomKey: string;

        /** Pull trackId. */
        trackId: string;

        /** Pull grant. */
        grant?: (meridian.Grant.$Properties|null);

        /**
         * Creates a new Pull instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Pull instance
         */
        static create(properties: meridian.Pull.$Shape): meridian.Pull & meridian.Pull.$Shape;
        static create(properties?: meridian.Pull.$Properties): meridian.Pull;

        /**
         * Encodes the specified Pull message. Does not implicitly {@link meridian.Pull.verify|verify} messages.
         * @param message Pull message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Pull.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Pull message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Pull & meridian.Pull.$Shape} Pull
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Pull & meridian.Pull.$Shape;

        /**
         * Gets the type url for Pull
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Pull {

        /** Properties of a Pull. */
        interface $Properties {

            /** Pull roomKey */
            roomKey?: (string|null);

            /** Pull trackId */
            trackId?: (string|null);

            /** Pull grant */
            grant?: (meridian.Grant.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Pull. */
        type $Shape = meridian.Pull.$Properties;
    }

    /**
     * Properties of a Pulled.
     * @deprecated Use meridian.Pulled.$Properties instead.
     */
    interface IPulled extends meridian.Pulled.$Properties {
    }

    /** Represents a Pulled. */
    class Pulled {

        /**
         * Constructs a new Pulled.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Pulled.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Pulled roomKey. */
        roomKey: string;

        /** Pulled track. */
        track?: (meridian.TrackInfo.$Properties|null);

        /** Pulled rtpParameters. */
        rtpParameters?: (meridian.RtpParameters.$Properties|null);

        /** Pulled paused. */
        paused: boolean;

        /** Pulled publisherSessionId. */
        publisherSessionId: string;

        /** Pulled trackEpoch. */
        trackEpoch: number;

        /** Pulled shared. */
        shared: boolean;

        /**
         * Creates a new Pulled instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Pulled instance
         */
        static create(properties: meridian.Pulled.$Shape): meridian.Pulled & meridian.Pulled.$Shape;
        static create(properties?: meridian.Pulled.$Properties): meridian.Pulled;

        /**
         * Encodes the specified Pulled message. Does not implicitly {@link meridian.Pulled.verify|verify} messages.
         * @param message Pulled message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Pulled.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Pulled message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Pulled & meridian.Pulled.$Shape} Pulled
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Pulled & meridian.Pulled.$Shape;

        /**
         * Gets the type url for Pulled
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Pulled {

        /** Properties of a Pulled. */
        interface $Properties {

            /** Pulled roomKey */
            roomKey?: (string|null);

            /** Pulled track */
            track?: (meridian.TrackInfo.$Properties|null);

            /** Pulled rtpParameters */
            rtpParameters?: (meridian.RtpParameters.$Properties|null);

            /** Pulled paused */
            paused?: (boolean|null);

            /** Pulled publisherSessionId */
            publisherSessionId?: (string|null);

            /** Pulled trackEpoch */
            trackEpoch?: (number|null);

            /** Pulled shared */
            shared?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Pulled. */
        type $Shape = {
          roomKey?: string|null;
          track?: meridian.TrackInfo.$Shape|null;
          rtpParameters?: meridian.RtpParameters.$Shape|null;
          paused?: boolean|null;
          publisherSessionId?: string|null;
          trackEpoch?: number|null;
          shared?: boolean|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of an Unpull.
     * @deprecated Use meridian.Unpull.$Properties instead.
     */
    interface IUnpull extends meridian.Unpull.$Properties {
    }

    /** Represents an Unpull. */
    class Unpull {

        /**
         * Constructs a new Unpull.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Unpull.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Unpull roomKey. */
        roomKey: string;

        /** Unpull trackId. */
        trackId: string;

        /** Unpull trackEpoch. */
        trackEpoch: number;

        /**
         * Creates a new Unpull instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Unpull instance
         */
        static create(properties: meridian.Unpull.$Shape): meridian.Unpull & meridian.Unpull.$Shape;
        static create(properties?: meridian.Unpull.$Properties): meridian.Unpull;

        /**
         * Encodes the specified Unpull message. Does not implicitly {@link meridian.Unpull.verify|verify} messages.
         * @param message Unpull message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Unpull.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Unpull message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Unpull & meridian.Unpull.$Shape} Unpull
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Unpull & meridian.Unpull.$Shape;

        /**
         * Gets the type url for Unpull
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Unpull {

        /** Properties of an Unpull. */
        interface $Properties {

            /** Unpull roomKey */
            roomKey?: (string|null);

            /** Unpull trackId */
            trackId?: (string|null);

            /** Unpull trackEpoch */
            trackEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Unpull. */
        type $Shape = meridian.Unpull.$Properties;
    }

    /**
     * Properties of a Demand.
     * @deprecated Use meridian.Demand.$Properties instead.
     */
    interface IDemand extends meridian.Demand.$Properties {
    }

    /** Represents a Demand. */
    class Demand {

        /**
         * Constructs a new Demand.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.Demand.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Demand roomKey. */
        roomKey: string;

        /** Demand trackId. */
        trackId: string;

        /** Demand paused. */
        paused: boolean;

        /** Demand maxSpatialLayer. */
        maxSpatialLayer: number;

        /** Demand trackEpoch. */
        trackEpoch: number;

        /**
         * Creates a new Demand instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Demand instance
         */
        static create(properties: meridian.Demand.$Shape): meridian.Demand & meridian.Demand.$Shape;
        static create(properties?: meridian.Demand.$Properties): meridian.Demand;

        /**
         * Encodes the specified Demand message. Does not implicitly {@link meridian.Demand.verify|verify} messages.
         * @param message Demand message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.Demand.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Demand message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.Demand & meridian.Demand.$Shape} Demand
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.Demand & meridian.Demand.$Shape;

        /**
         * Gets the type url for Demand
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace Demand {

        /** Properties of a Demand. */
        interface $Properties {

            /** Demand roomKey */
            roomKey?: (string|null);

            /** Demand trackId */
            trackId?: (string|null);

            /** Demand paused */
            paused?: (boolean|null);

            /** Demand maxSpatialLayer */
            maxSpatialLayer?: (number|null);

            /** Demand trackEpoch */
            trackEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Demand. */
        type $Shape = meridian.Demand.$Properties;
    }

    /**
     * Properties of a CarriedState.
     * @deprecated Use meridian.CarriedState.$Properties instead.
     */
    interface ICarriedState extends meridian.CarriedState.$Properties {
    }

    /** Represents a CarriedState. */
    class CarriedState {

        /**
         * Constructs a new CarriedState.
         * @param [properties] Properties to set
         */
        constructor(properties?: meridian.CarriedState.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** CarriedState roomKey. */
        roomKey: string;

        /** CarriedState trackId. */
        trackId: string;

        /** CarriedState paused. */
        paused: boolean;

        /** CarriedState closed. */
        closed: boolean;

        /** CarriedState reason. */
        reason: string;

        /** CarriedState score. */
        score: number;

        /** CarriedState doubtful. */
        doubtful: boolean;

        /** CarriedState held. */
        held: string;

        /** CarriedState trackEpoch. */
        trackEpoch: number;

        /** CarriedState shared. */
        shared: boolean;

        /**
         * Creates a new CarriedState instance using the specified properties.
         * @param [properties] Properties to set
         * @returns CarriedState instance
         */
        static create(properties: meridian.CarriedState.$Shape): meridian.CarriedState & meridian.CarriedState.$Shape;
        static create(properties?: meridian.CarriedState.$Properties): meridian.CarriedState;

        /**
         * Encodes the specified CarriedState message. Does not implicitly {@link meridian.CarriedState.verify|verify} messages.
         * @param message CarriedState message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: meridian.CarriedState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a CarriedState message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {meridian.CarriedState & meridian.CarriedState.$Shape} CarriedState
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): meridian.CarriedState & meridian.CarriedState.$Shape;

        /**
         * Gets the type url for CarriedState
         * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
         * @returns The type url
         */
        static getTypeUrl(prefix?: string): string;
    }

    namespace CarriedState {

        /** Properties of a CarriedState. */
        interface $Properties {

            /** CarriedState roomKey */
            roomKey?: (string|null);

            /** CarriedState trackId */
            trackId?: (string|null);

            /** CarriedState paused */
            paused?: (boolean|null);

            /** CarriedState closed */
            closed?: (boolean|null);

            /** CarriedState reason */
            reason?: (string|null);

            /** CarriedState score */
            score?: (number|null);

            /** CarriedState doubtful */
            doubtful?: (boolean|null);

            /** CarriedState held */
            held?: (string|null);

            /** CarriedState trackEpoch */
            trackEpoch?: (number|null);

            /** CarriedState shared */
            shared?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a CarriedState. */
        type $Shape = meridian.CarriedState.$Properties;
    }
}
