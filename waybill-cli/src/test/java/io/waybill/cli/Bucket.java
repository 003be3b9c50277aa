package io.waybill.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket as somebody else sees and changes it. */
final class Bucket implements AutoCloseable {
    private final S3Client client;
    private final String name;

    Bucket(URI uri, String name, String accessKeyId, String secretAccessKey) {
        this.name = name;
        this.client = S3Client.builder()
                .endpointOverride(uri)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .httpClient(Apache5HttpClient.create())
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secretAccessKey)))
                .build();
    }

    List<String> keys() {
        return client.listObjectsV2Paginator(list -> list.bucket(name).encodingType("url")).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    byte[] bytes(String key) {
        return client.getObjectAsBytes(get -> get.bucket(name).key(key)).asByteArray();
    }

    Map<String, byte[]> objects() {
        Map<String, byte[]> objects = new TreeMap<>();
        keys().forEach(key -> objects.put(key, bytes(key)));
        return objects;
    }

    /** The object's ETag as it is given in answers. */
    String tag(String key) {
        return client.headObject(head -> head.bucket(name).key(key)).eTag();
    }

    void put(String key, byte[] bytes) {
        client.putObject(put -> put.bucket(name).key(key), RequestBody.fromBytes(bytes));
    }

    /** By an upload in parts of 8 MB. */
    void putInParts(String key, byte[] bytes) {
        String upload = client.createMultipartUpload(
                        create -> create.bucket(name).key(key))
                .uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += 8 << 20) {
            int number = parts.size() + 1;
            byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + (8 << 20)));
            String tag = client.uploadPart(
                            send -> send.bucket(name).key(key).uploadId(upload).partNumber(number),
                            RequestBody.fromBytes(part))
                    .eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
        }
        client.completeMultipartUpload(
                complete -> complete.bucket(name).key(key).uploadId(upload).multipartUpload(all -> all.parts(parts)));
    }

    /** Gives up every upload in parts that is open, as a service does with those that are old. */
    int abortUploads() {
        List<MultipartUpload> open =
                client.listMultipartUploads(list -> list.bucket(name)).uploads();
        for (MultipartUpload upload : open) {
            client.abortMultipartUpload(
                    abort -> abort.bucket(name).key(upload.key()).uploadId(upload.uploadId()));
        }
        return open.size();
    }

    void delete(String key) {
        client.deleteObject(delete -> delete.bucket(name).key(key));
    }

    /** Uploads in parts that somebody began and nobody ended. */
    List<String> openUploads() {
        return client.listMultipartUploads(list -> list.bucket(name)).uploads().stream()
                .map(upload -> upload.key())
                .toList();
    }

    @Override
    public void close() {
        client.close();
    }
}
