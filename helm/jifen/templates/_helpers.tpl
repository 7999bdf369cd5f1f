{{/* The name of all objects of a release: jifen, or release-jifen. */}}
{{- define "jifen.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What never changes while a release lives, as selectors can't: of all its pods. */}}
{{- define "jifen.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Helm adds managed-by by itself, and the chart's own version would restart every pod for nothing. */}}
{{- define "jifen.labels" -}}
{{ include "jifen.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: jifen
{{- end -}}

{{- define "jifen.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "jifen.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "jifen.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end -}}

{{/* The url with what its trust store needs; the password comes from the environment, which is set from a Secret. */}}
{{- define "jifen.databaseUrl" -}}
{{- .Values.database.url -}}
{{- if .Values.database.tlsSecret -}}
{{ contains "?" .Values.database.url | ternary "&" "?" }}sslMode=VERIFY_IDENTITY&trustCertificateKeyStoreType=PKCS12&trustCertificateKeyStoreUrl=file:/jifen/tls/database/{{ .Values.database.tlsTrustStoreKey }}&trustCertificateKeyStorePassword=${JIFEN_DATABASE_TRUST_STORE_PASSWORD}
{{- end -}}
{{- end -}}

{{/* What the chart sets by itself, as environment variables. */}}
{{- define "jifen.ownSettings" -}}
QUARKUS_DATASOURCE_JDBC_URL: {{ include "jifen.databaseUrl" . | quote }}
{{- /* A database that is coming up, or failing over, is waited for a minute before a start has failed. */}}
QUARKUS_FLYWAY_CONNECT_RETRIES: "20"
QUARKUS_FLYWAY_CONNECT_RETRIES_INTERVAL: 3s
KAFKA_BOOTSTRAP_SERVERS: {{ .Values.kafka.bootstrapServers | quote }}
JIFEN_KAFKA_CREATE_TOPICS: {{ .Values.kafka.createTopics | quote }}
JIFEN_KAFKA_PARTITIONS: {{ .Values.kafka.partitions | int | quote }}
{{- if ne .Values.kafka.securityProtocol "PLAINTEXT" }}
KAFKA_SECURITY_PROTOCOL: {{ .Values.kafka.securityProtocol }}
{{- end }}
{{- with .Values.kafka.saslMechanism }}
KAFKA_SASL_MECHANISM: {{ . }}
{{- end }}
{{- if .Values.kafka.tlsCaSecret }}
KAFKA_SSL_TRUSTSTORE_TYPE: PEM
KAFKA_SSL_TRUSTSTORE_LOCATION: /jifen/tls/kafka-ca/{{ .Values.kafka.tlsCaKey }}
{{- end }}
{{- if .Values.kafka.tlsClientSecret }}
KAFKA_SSL_KEYSTORE_TYPE: PKCS12
KAFKA_SSL_KEYSTORE_LOCATION: /jifen/tls/kafka-client/{{ .Values.kafka.tlsClientKeyStoreKey }}
{{- end }}
QUARKUS_REDIS_HOSTS: {{ .Values.redis.hosts | quote }}
QUARKUS_REDIS_CLIENT_TYPE: {{ .Values.redis.clientType }}
{{- if .Values.redis.tlsCaSecret }}
QUARKUS_REDIS_TLS_ENABLED: "true"
QUARKUS_REDIS_TLS_HOSTNAME_VERIFICATION_ALGORITHM: HTTPS
QUARKUS_REDIS_TLS_TRUST_CERTIFICATE_PEM: "true"
QUARKUS_REDIS_TLS_TRUST_CERTIFICATE_PEM_CERTS: /jifen/tls/redis/{{ .Values.redis.tlsCaKey }}
{{- end }}
{{- with .Values.tokens.issuer }}
MP_JWT_VERIFY_ISSUER: {{ . | quote }}
{{- end }}
{{- if .Values.tokens.publicKeySecret }}
MP_JWT_VERIFY_PUBLICKEY_LOCATION: file:/jifen/tls/tokens/{{ .Values.tokens.publicKeyKey }}
{{- else }}
{{- with .Values.tokens.publicKeyLocation }}
MP_JWT_VERIFY_PUBLICKEY_LOCATION: {{ . | quote }}
{{- end }}
{{- end }}
{{- with .Values.tokens.audiences }}
MP_JWT_VERIFY_AUDIENCES: {{ join "," . | quote }}
{{- end }}
{{- with .Values.client.trustedProxies }}
JIFEN_CLIENT_TRUSTED_PROXIES: {{ join "," . | quote }}
{{- end }}
JIFEN_ZONE: {{ .Values.zone | quote }}
{{- if .Values.tracing.enabled }}
QUARKUS_OTEL_SDK_DISABLED: "false"
QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT: {{ .Values.tracing.endpoint | quote }}
{{- end }}
{{- with .Values.pods.javaOptions }}
JAVA_OPTIONS_APPEND: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* What all pods are set to. Pods don't migrate, a Job does; and they don't start on a schema older than they are. */}}
{{- define "jifen.settings" -}}
{{- $settings := include "jifen.ownSettings" .root | fromYaml -}}
{{- if not .job -}}
{{- $_ := set $settings "JIFEN_MIGRATE" "false" -}}
{{- $_ := set $settings "QUARKUS_FLYWAY_VALIDATE_AT_START" "true" -}}
{{- end -}}
{{ toYaml $settings }}
{{- end -}}

{{/* The value `config` as a file of properties. A variable of the environment would count more, so what is one already, of all
     pods or of some, is refused instead of having no effect. */}}
{{- define "jifen.properties" -}}
{{- $settings := include "jifen.settings" (dict "root" . "job" false) | fromYaml -}}
{{- range $own := list "JIFEN_ROLES" "JIFEN_MIGRATE_ONLY" "QUARKUS_SHUTDOWN_DELAY" "QUARKUS_REST_CLIENT_CARRIER_URL" "QUARKUS_DATASOURCE_JDBC_MAX_SIZE" "QUARKUS_DATASOURCE_USERNAME" "QUARKUS_DATASOURCE_PASSWORD" -}}
{{- $_ := set $settings $own "" -}}
{{- end -}}
{{- range $property, $value := .Values.config -}}
{{- if hasKey $settings (regexReplaceAll "[^A-Za-z0-9]" $property "_" | upper) -}}
{{- fail (printf "config: %s is set by the chart; use the value that it has for it" $property) -}}
{{- end -}}
{{- $name := regexReplaceAll "([\\\\:=#!])" $property "\\${1}" -}}
{{- $text := $value | replace "\\" "\\\\" | replace "\n" "\\n" | replace "\r" "\\r" -}}
{{ $name }}={{ regexReplaceAll "^([ \t])" $text "\\${1}" }}
{{ end -}}
{{- end -}}

{{/* env: from Secrets. Takes the root and the name of the Secret with the login. */}}
{{- define "jifen.secretEnv" -}}
{{- $ := .root -}}
- name: QUARKUS_DATASOURCE_USERNAME
  valueFrom:
    secretKeyRef: {name: {{ .login }}, key: {{ $.Values.database.usernameKey }}}
- name: QUARKUS_DATASOURCE_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ .login }}, key: {{ $.Values.database.passwordKey }}}
{{- with $.Values.database.tlsSecret }}
- name: JIFEN_DATABASE_TRUST_STORE_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ . }}, key: {{ $.Values.database.tlsPasswordKey }}}
{{- end }}
{{- with $.Values.kafka.tlsClientSecret }}
- name: KAFKA_SSL_KEYSTORE_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ . }}, key: {{ $.Values.kafka.tlsClientPasswordKey }}}
{{- end }}
{{- with $.Values.kafka.saslSecret }}
- name: KAFKA_SASL_JAAS_CONFIG
  valueFrom:
    secretKeyRef: {name: {{ . }}, key: {{ $.Values.kafka.saslJaasKey }}}
{{- end }}
{{- with $.Values.redis.existingSecret }}
- name: QUARKUS_REDIS_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ . }}, key: {{ $.Values.redis.passwordKey }}}
{{- end }}
{{- end -}}

{{/* TLS material, read-only. Nothing of it is in an image or a ConfigMap. */}}
{{- define "jifen.tls" -}}
{{- $all := list -}}
{{- with .Values.database.tlsSecret }}{{ $all = append $all (dict "name" "database" "secret" .) }}{{ end -}}
{{- with .Values.kafka.tlsCaSecret }}{{ $all = append $all (dict "name" "kafka-ca" "secret" .) }}{{ end -}}
{{- with .Values.kafka.tlsClientSecret }}{{ $all = append $all (dict "name" "kafka-client" "secret" .) }}{{ end -}}
{{- with .Values.redis.tlsCaSecret }}{{ $all = append $all (dict "name" "redis" "secret" .) }}{{ end -}}
{{- with .Values.tokens.publicKeySecret }}{{ $all = append $all (dict "name" "tokens" "secret" .) }}{{ end -}}
{{- dict "all" $all | toJson -}}
{{- end -}}

{{- define "jifen.volumes" -}}
{{- $root := .root -}}
- name: tmp
  emptyDir: {sizeLimit: {{ $root.Values.pods.tmpSizeLimit }}}
{{- if $root.Values.config }}
- name: config
  configMap: {name: {{ .config }}}
{{- end }}
{{- range (include "jifen.tls" $root | fromJson).all }}
- name: tls-{{ .name }}
  secret: {secretName: {{ .secret }}, defaultMode: 0440}
{{- end }}
{{- with $root.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "jifen.volumeMounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if .Values.config }}
# Where the service looks by itself: config/ in its working folder.
- {name: config, mountPath: /jifen/config, readOnly: true}
{{- end }}
{{- range (include "jifen.tls" . | fromJson).all }}
- {name: tls-{{ .name }}, mountPath: /jifen/tls/{{ .name }}, readOnly: true}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* What all pods have in common: nobody in them is root, has a token, or writes anywhere but /tmp. The names of Services
     are not put into the environment, where Kafka's settings would be found among them. */}}
{{- define "jifen.podSpec" -}}
serviceAccountName: {{ .account }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  {{- if not (kindIs "invalid" .root.Values.pods.runAsUser) }}
  runAsUser: {{ .root.Values.pods.runAsUser | int }}
  runAsGroup: {{ .root.Values.pods.runAsUser | int }}
  fsGroup: {{ .root.Values.pods.runAsUser | int }}
  {{- end }}
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.pods.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.pods.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.pods.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "jifen.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* The deployments by role, as JSON: those that are switched on. Refuses what would leave points lying about. */}}
{{- define "jifen.components" -}}
{{- $components := list -}}
{{- $roles := list -}}
{{- range $name := list "api" "consumer" "jobs" "warehouse" -}}
{{- $of := index $.Values $name -}}
{{- if $of.enabled -}}
{{- $components = append $components $name -}}
{{- $roles = concat $roles $of.roles -}}
{{- end -}}
{{- end -}}
{{- if not (has "relay" $roles) -}}
{{- fail "no deployment has the role relay: messages would stay in the outbox for ever" -}}
{{- end -}}
{{- if not (has "jobs" $roles) -}}
{{- fail "no deployment has the role jobs: points would never expire, and next month's partitions would be missing" -}}
{{- end -}}
{{- if and .Values.consumer.enabled (gt (int .Values.consumer.autoscaling.maxReplicas) (int .Values.kafka.partitions)) -}}
{{- fail "consumer.autoscaling.maxReplicas is above kafka.partitions: pods beyond that would have nothing to do" -}}
{{- end -}}
{{- range $name := list "api" "consumer" -}}
{{- $scaling := (index $.Values $name).autoscaling -}}
{{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) -}}
{{- fail (printf "%s.autoscaling.minReplicas is above maxReplicas" $name) -}}
{{- end -}}
{{- end -}}
{{- dict "all" $components | toJson -}}
{{- end -}}

{{/* As many connections as all pods together may have to the database: those that scale at their most, and one more of each kind
     while versions change. */}}
{{- define "jifen.connections" -}}
{{- $sum := 0 -}}
{{- range $name := (include "jifen.components" . | fromJson).all -}}
{{- $of := index $.Values $name -}}
{{- $scaled := (and (hasKey $of "autoscaling") (or $of.autoscaling.enabled (and (hasKey $of "keda") $of.keda.enabled))) -}}
{{- $pods := ternary (dig "autoscaling" "maxReplicas" 0 $of) $of.replicas $scaled | int -}}
{{- $sum = add $sum (mul (add $pods 1) (int $of.databaseConnections)) -}}
{{- end -}}
{{ $sum }}
{{- end -}}

{{/* Peers of a policy: those given, or everybody in the namespace. */}}
{{- define "jifen.peers" -}}
{{- if . -}}
{{ toYaml . }}
{{- else -}}
- podSelector: {}
{{- end -}}
{{- end -}}

{{- define "jifen.egress" -}}
- ports: [{port: {{ .port | int }}, protocol: TCP}]
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* Names have to be found before anything else. */}}
{{- define "jifen.egressToDatabase" -}}
- ports:
    {{- range .Values.networkPolicy.dnsPorts }}
    - {port: {{ . | int }}, protocol: UDP}
    - {port: {{ . | int }}, protocol: TCP}
    {{- end }}
{{ include "jifen.egress" (dict "to" .Values.networkPolicy.databaseTo "port" .Values.networkPolicy.databasePort) }}
{{- end -}}
